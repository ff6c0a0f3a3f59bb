package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.FuzzWatch;
import org.tornadomla.testing.Goldens;

/** Damaged headers and indexes end in the named exception or, where the damage does not matter, in the right model. */
class CheckpointFuzzTest {

    private static final Path SOURCE = Goldens.folder("models").resolve("v2-group-limited");
    private static final ModelConfig MODEL = ModelConfigReader.read(SOURCE.resolve("config.json"));
    private static final int MUTATIONS = 1_000;
    /** The numbers of all tensors are read, besides what the names and shapes take. */
    private static final int SHARE = 200;

    @TempDir
    private Path folder;

    @Test
    void damagedHeaders(TestReporter reporter) throws IOException {
        Path file = folder.resolve("model.safetensors");
        byte[] valid = Files.readAllBytes(SOURCE.resolve("model.safetensors"));
        int header = (int) ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getLong();
        attack(file, valid, Long.BYTES + header, expected(SOURCE), reporter);
    }

    @Test
    void damagedIndexes(TestReporter reporter) throws IOException {
        CheckpointFiles.copy(SOURCE, folder, Dtype.F32, 3);
        Map<String, float[]> expected = expected(folder);
        Path index = folder.resolve("model.safetensors.index.json");
        byte[] valid = Files.readAllBytes(index);
        attack(index, valid, valid.length, expected, reporter);
    }

    private void attack(Path file, byte[] valid, int range, Map<String, float[]> expected, TestReporter reporter)
            throws IOException {
        Random random = new Random(20);
        FuzzWatch watch = new FuzzWatch(file.getFileName().toString(), valid.length, SHARE);
        for (int i = 0; i < FuzzWatch.mutations(MUTATIONS); i++) {
            byte[] damaged = mutate(valid, range, random);
            Files.write(file, damaged);
            watch.load(new String(damaged, 0, Math.min(range, damaged.length), StandardCharsets.ISO_8859_1), () -> {
                try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                    checkpoint.validate(MODEL);
                    expected.forEach((name, values) -> assertArrayEquals(values, checkpoint.read(name)));
                }
            });
        }
        reporter.publishEntry("fuzz", watch.toString());
        assertTrue(watch.refused() > watch.tried() / 2, watch::toString);
    }

    /** Changes, removes, doubles or swaps bytes in the first {@code range} of them. */
    private static byte[] mutate(byte[] valid, int range, Random random) {
        byte[] bytes = valid.clone();
        int at = random.nextInt(range);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] = (byte) random.nextInt(256);
            case 1 -> bytes[at] = (byte) "0123456789[]{},:\"-e. ".charAt(random.nextInt(21));
            case 2 -> System.arraycopy(valid, at + 1, bytes, at, valid.length - at - 1);
            case 3 -> bytes = Arrays.copyOf(valid, random.nextInt(valid.length));
            default -> {
                int other = random.nextInt(range);
                int length = Math.min(1 + random.nextInt(60), range - Math.max(at, other));
                System.arraycopy(valid, other, bytes, at, length);
            }
        }
        return bytes;
    }

    private static Map<String, float[]> expected(Path directory) {
        Map<String, float[]> expected = new HashMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            checkpoint.names().forEach(name -> expected.put(name, checkpoint.read(name)));
        }
        return expected;
    }
}
