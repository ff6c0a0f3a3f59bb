package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.config.GenerationDefaults;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** A folder without a tokenizer, and what {@code generation_config.json} says. */
class GenerationDefaultsTest {

    @TempDir
    Path folder;
    private GoldenModel golden;

    @BeforeEach
    void copyModel() throws IOException {
        golden = Goldens.models().findFirst().orElseThrow();
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(golden.directory().resolve(file), folder.resolve(file));
        }
    }

    private CommandRun generate(String... more) {
        String ids = Arrays.stream(golden.inputIds()).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return CommandRun.of(Stream
                .concat(Stream.of("generate", "--model", folder.toString(), "--prompt-ids", ids, "--engine",
                        TestTargets.ENGINE, "--stats", "-n", "" + golden.continuation().length), Stream.of(more))
                .toArray(String[]::new));
    }

    private String expected(int count) {
        return Arrays.stream(golden.continuation()).limit(count).mapToObj(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    @Test
    void idsAreEnoughForAModelWithoutTokenizer() {
        CommandRun run = generate();
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertEquals(expected(golden.continuation().length), run.out().strip());
        assertTrue(run.err().contains("sampling greedy") && !run.err().contains(GenerationDefaults.FILE), run.err());
        CommandRun text = CommandRun.of("generate", "--model", folder.toString(), "--prompt", "x", "--engine",
                TestTargets.ENGINE);
        assertEquals(ExitStatus.UNUSABLE_INPUT, text.status());
        assertTrue(text.err().contains("token ids"), text.err());
        CommandRun chat = generate("--chat");
        assertTrue(chat.status() != ExitStatus.OK && chat.err().contains("--prompt-ids"), chat.err());
        CommandRun stop = generate("--stop", "x");
        assertTrue(stop.status() != ExitStatus.OK && stop.err().contains("no tokenizer"), stop.err());
    }

    /** The ids of both files end a text. */
    @Test
    void endTokensAreThoseOfBothFiles() throws IOException {
        int[] ids = golden.continuation();
        int place = 2;
        Files.writeString(folder.resolve(GenerationDefaults.FILE), "{\"eos_token_id\": [" + ids[place] + "]}");
        List<Integer> before = golden.config().eosTokenIds();
        List<Integer> now = ModelFiles.config(folder).eosTokenIds();
        assertTrue(now.containsAll(before) && now.contains(ids[place]), before + " " + now);
        CommandRun run = generate();
        int first = 0;
        while (ids[first] != ids[place]) {
            first++;
        }
        assertEquals(expected(first + 1), run.out().strip(), run.err());
        assertTrue(run.err().contains("END_TOKEN"), run.err());
        Files.writeString(folder.resolve(GenerationDefaults.FILE), "{\"eos_token_id\": 1000000}");
        CommandRun refused = generate();
        assertTrue(refused.status() == ExitStatus.UNUSABLE_INPUT && refused.err().contains("eos_token_id")
                && refused.err().contains(folder.resolve(GenerationDefaults.FILE).toString()), refused.err());
    }

    /** Nobody gave these values on the command line. */
    @Test
    void aValueOutOfRangeNamesTheFile() throws IOException {
        Files.writeString(folder.resolve(GenerationDefaults.FILE), "{\"do_sample\": true, \"top_p\": 1.5}");
        CommandRun refused = generate();
        assertEquals(ExitStatus.UNUSABLE_INPUT, refused.status(), refused.err());
        assertTrue(refused.err().contains(GenerationDefaults.FILE + ": top-p is 1.5"), refused.err());
    }

    /** The file counts as long as the user asks for nothing of its kind. */
    @Test
    void samplesAsTheFileSays() throws IOException {
        Files.writeString(folder.resolve(GenerationDefaults.FILE),
                "{\"do_sample\": true, \"temperature\": 3.5, \"top_p\": 0.95, \"max_length\": 9}");
        CommandRun run = generate("--seed", "5");
        assertTrue(run.err().contains(
                "sampling temperature 3.5, top-k 0, top-p 0.95, min-p 0.0, as " + GenerationDefaults.FILE + " says"),
                run.err());
        assertNotEquals(expected(golden.continuation().length), run.out().strip());
        CommandRun same = generate("--seed", "5", "--temperature", "3.5", "--top-p", "0.95");
        assertEquals(run.out(), same.out());
        assertTrue(!same.err().contains(GenerationDefaults.FILE), same.err());
        CommandRun greedy = generate("--temperature", "0");
        assertEquals(expected(golden.continuation().length), greedy.out().strip(), greedy.err());
        Files.writeString(folder.resolve(GenerationDefaults.FILE), "{\"do_sample\": false, \"temperature\": 3.5}");
        assertEquals(expected(golden.continuation().length), generate().out().strip());
    }
}
