package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.SafetensorsWriter;
import org.tornadomla.testing.TestTargets;

/**
 * Issue 12, point 6, where weights are written or rounded: a number that is not finite, or would not be in the format
 * that is asked for, is refused.
 */
class OddWeightsTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final String MATRIX = "model.layers.1.self_attn.o_proj.weight";

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(TINY.resolve(name), folder.resolve(name));
        }
    }

    private void write(float number) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (Checkpoint checkpoint = Checkpoint.open(TINY)) {
            for (String name : checkpoint.names()) {
                float[] values = checkpoint.read(name);
                if (name.equals(MATRIX)) {
                    values[values.length / 2] = number;
                }
                writer.add(name, Dtype.F32, checkpoint.info(name).shape(), values);
            }
        }
        writer.write(folder.resolve("model.safetensors"));
    }

    private void assertRefused(String reason, String... arguments) throws IOException {
        CommandRun run = CommandRun.of(arguments);
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.out() + run.err());
        assertTrue(run.err().contains(reason), run.err());
        assertFalse(Files.exists(folder.resolve("model.gguf")), "a file is left");
    }

    private void assertNotConverted(String type, String reason) throws IOException {
        assertRefused(reason, "convert", "-m", folder.toString(), "--weights", type, "-o",
                folder.resolve("model.gguf").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "bf16", "q8_0", "q4_0", "q4_k", "q5_k", "q6_k"})
    void point6NothingIsConvertedThatIsNotFinite(String type) throws IOException {
        write(Float.NaN);
        assertNotConverted(type, MATRIX + " holds NaN");
    }

    /** The largest float in each format that has no number of its size. */
    @ParameterizedTest
    @ValueSource(strings = {"f16", "bf16", "q8_0", "q4_0", "q4_k", "q5_k", "q6_k"})
    void point6NothingBecomesInfiniteInAFile(String type) throws IOException {
        write(Float.MAX_VALUE);
        assertNotConverted(type, "beyond the largest of");
    }

    @Test
    void point6NothingBecomesInfiniteInMemory() throws IOException {
        write(Float.MAX_VALUE);
        for (String type : List.of("bf16", "q8_0", "q4_0")) {
            assertRefused("beyond the largest of", "generate", "-m", folder.toString(), "-p", "x", "-n", "1",
                    "--weights", type, "--engine", TestTargets.ENGINE, "--trust");
        }
    }
}
