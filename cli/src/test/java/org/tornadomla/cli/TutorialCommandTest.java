package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.OutputException;
import org.tornadomla.tutorial.Form;
import org.tornadomla.tutorial.TrainingResult;
import picocli.CommandLine;

/** What {@code mla tutorial} shows of two short trainings, and what it refuses before them. */
class TutorialCommandTest {

    @TempDir
    private Path folder;

    /** A training that learned nothing in one form, and all but one date in the other. */
    private static TrainingResult result(Form form, int steps) {
        boolean learned = form == Form.values()[1];
        List<TrainingResult.Answer> answers = IntStream.range(0, 16).mapToObj(
                i -> new TrainingResult.Answer(learned && i != 3 ? "2001-01-" + (10 + i) : "?", "2001-01-" + (10 + i)))
                .toList();
        return new TrainingResult(form.toString(), 123_456, learned ? 12 : 64,
                DoubleStream.iterate(2, loss -> loss / 2).limit(steps).toArray(),
                IntStream.range(0, 16).mapToObj(i -> "January " + (10 + i) + ", 2001").toList(), answers, 1.25);
    }

    @Test
    void showsATableAnswersAndAPicture() throws IOException {
        Path picture = folder.resolve("losses.svg");
        StringWriter out = new StringWriter();
        TutorialCommand command = new TutorialCommand();
        new CommandLine(command).setOut(new PrintWriter(out)).parseArgs("--steps", "3", "--picture",
                picture.toString());
        assertEquals(ExitStatus.OK, command.run((form, steps, done) -> {
            done.accept(steps);
            return result(form, steps);
        }));
        List<String> lines = out.toString().lines().toList();
        Form[] forms = Form.values();
        assertEquals(List.of("form       weights   cached a token, layer      loss     right   seconds",
                "%-8s   123,456                      64    1.1667      0.0%%       1.3".formatted(forms[0]),
                "%-8s   123,456                      12    1.1667     93.8%%       1.3".formatted(forms[1]), "",
                "%-26s%-14s%-14s".formatted("unseen", forms[0], forms[1]),
                "%-26s%-14s%-14s".formatted("January 10, 2001", "? x", "2001-01-10")), lines.subList(0, 6));
        assertEquals("%-26s%-14s%-14s".formatted("January 13, 2001", "? x", "? x"), lines.get(8));
        assertEquals(List.of("", "The losses are drawn in " + picture), lines.subList(15, lines.size()),
                "ten of the answers, and the picture");
        assertEquals(3, Files.readString(picture).split("<polyline", -1).length, "a line a form");
    }

    /** The folder of the picture may go away while the training runs. */
    @Test
    void aPictureThatCannotBeWrittenIsNamed() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        TutorialCommand command = new TutorialCommand();
        new CommandLine(command).setOut(new PrintWriter(new StringWriter())).parseArgs("--steps", "1", "--picture",
                gone.resolve("a.svg").toString());
        String message = assertThrows(OutputException.class, () -> command.run((form, steps, _) -> {
            gone.toFile().delete();
            return result(form, steps);
        })).getMessage();
        assertTrue(message.startsWith("the picture " + gone.resolve("a.svg") + " cannot be written: "), message);
    }

    private void refused(String reason, String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "tutorial";
        System.arraycopy(options, 0, arguments, 1, options.length);
        CommandRun run = CommandRun.of(arguments);
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
        assertTrue(run.err().startsWith("error: " + reason), run.err());
        assertEquals("", run.out());
    }

    /** A picture that has no place is refused before minutes of training, not after them. */
    @Test
    void whatCannotWorkIsRefusedAtOnce() {
        refused("--steps is 0, must be at least 1", "--steps", "0");
        Path none = folder.resolve("none");
        refused("--picture is " + none.resolve("a.svg") + ", must be a file in a folder that is there", "--picture",
                none.resolve("a.svg").toString());
        refused("--picture is " + folder + ", must be a file", "--picture", folder.toString());
        assertFalse(Files.exists(none));
    }
}
