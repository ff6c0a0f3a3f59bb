package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Target;
import org.tornadomla.cost.PredictionTable;
import org.tornadomla.error.DeviceException;
import org.tornadomla.selftest.KernelError;
import org.tornadomla.testing.TestTargets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Tables of kernels, and the files that are written of them. */
class KernelsCommandTest {

    @TempDir
    private Path folder;
    private final StringWriter said = new StringWriter();
    private final Target target = TestTargets.list().getFirst();

    private void write(Path file, Map<String, KernelError> errors) {
        KernelsCommand command = new KernelsCommand();
        new CommandLine(command).setOut(new PrintWriter(said)).parseArgs("--errors", file.toString());
        command.writeErrors(target, errors);
    }

    @Test
    void kernelsThatAreRightAreCounted() throws IOException {
        Path file = folder.resolve("errors.tsv");
        write(file, new TreeMap<>(
                Map.of("MatMul.rows", new KernelError(1.23e-7, ""), "RmsNorm.rows", new KernelError(0, ""))));
        assertEquals(List.of("MatMul.rows\t1.2e-07\t", "RmsNorm.rows\t0.0e+00\t"), Files.readAllLines(file));
        assertEquals("2 of 2 kernels are right on " + target + "\n", said.toString());
    }

    @Test
    void aKernelThatIsWrongIsShownAndFails() throws IOException {
        Path file = folder.resolve("errors.tsv");
        Map<String, KernelError> errors = new TreeMap<>(Map.of("MatMul.rows", new KernelError(1.23e-7, ""),
                "RmsNorm.rows", new KernelError(0, "is wrong: 3 is not 4")));
        String message = assertThrows(DeviceException.class, () -> write(file, errors)).getMessage();
        assertEquals("1 kernels do not run or are wrong on " + target, message);
        assertEquals(List.of("MatMul.rows\t1.2e-07\t", "RmsNorm.rows\t\tis wrong: 3 is not 4"),
                Files.readAllLines(file));
        List<String> lines = said.toString().lines().toList();
        assertEquals("1 of 2 kernels are right on " + target, lines.getFirst());
        assertTrue(lines.getLast().matches("RmsNorm\\.rows +is wrong: 3 is not 4"), lines.getLast());
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() {
        Path file = folder.resolve("none").resolve("errors.tsv");
        String message = assertThrows(ParameterException.class, () -> write(file, Map.of())).getMessage();
        assertTrue(message.startsWith("cannot write to " + file + ": "), message);
        assertEquals("", said.toString());
    }

    @Test
    void predictionsAreATableInMarkdown() {
        CommandRun run = CommandRun.of("kernels", "--predict");
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertEquals(PredictionTable.lines(), run.out().lines().toList());
        assertTrue(run.out().lines().allMatch(line -> line.startsWith("| ")), run.out());
    }
}
