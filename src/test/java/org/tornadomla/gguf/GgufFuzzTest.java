package org.tornadomla.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.testing.FuzzWatch;
import org.tornadomla.testing.Goldens;

/**
 * Damaged headers end in a named exception, or in a model whose weights are those of the file: no other exception, no
 * memory taken for what is not there. {@code -Dmla.fuzz.mutations=20000} tries more than the suite does.
 */
class GgufFuzzTest {

    private static final int MUTATIONS = 400;
    /** Tokenizer and tensors are read, besides what the keys take. */
    private static final int SHARE = 200;
    private static final long SEED = Long.getLong("mla.fuzz.seed", 20);

    @TempDir
    private static Path folder;
    private static byte[] valid;
    private static int header;
    private static Map<String, float[]> weights;
    private static Map<String, String> formats;

    /** A model that is small, so that what is attacked is the header; with all kinds of keys and tensors. */
    @BeforeAll
    static void build() throws IOException {
        Path file = SmallModels.convert(Goldens.folder("models").resolve("v3-sigmoid-bias"), folder, FileType.Q8_0);
        valid = Files.readAllBytes(file);
        weights = new TreeMap<>();
        formats = new TreeMap<>();
        try (GgufModel model = GgufModel.open(file)) {
            model.validate(model.config());
            long tensors = model.tensors().values().stream().mapToLong(tensor -> (tensor.bytes() + 31) / 32 * 32).sum();
            header = (int) (valid.length - tensors);
            model.tensors().forEach((name, tensor) -> {
                weights.put(name, tensor.read());
                formats.put(name, tensor.format().formatName());
            });
        }
    }

    @Test
    void damagedHeaders(TestReporter reporter) throws IOException {
        Random random = new Random(SEED);
        Path file = folder.resolve("damaged.gguf");
        FuzzWatch watch = new FuzzWatch(file.getFileName().toString(), valid.length, SHARE);
        for (int i = 0; i < FuzzWatch.mutations(MUTATIONS); i++) {
            byte[] damaged = mutate(valid, header, random);
            Files.write(file, damaged);
            watch.load(new String(damaged, 0, Math.min(header, damaged.length), StandardCharsets.ISO_8859_1), () -> {
                try (GgufModel model = GgufModel.open(file)) {
                    model.validate(model.config());
                    check(model);
                    GgufTokenizer.load(model).close();
                }
            });
        }
        reporter.publishEntry("fuzz", watch.toString());
        assertTrue(watch.refused() > watch.tried() / 3, watch::toString);
    }

    /** What is accepted holds the same tensors; of a type exchanged for one of the same size, other numbers. */
    private static void check(GgufModel model) {
        assertEquals(weights.keySet(), new TreeMap<>(model.tensors()).keySet());
        model.tensors().forEach((name, tensor) -> {
            float[] numbers = tensor.read();
            if (formats.get(name).equals(tensor.format().formatName())) {
                assertArrayEquals(weights.get(name), numbers, name);
            }
        });
    }

    private static byte[] mutate(byte[] valid, int range, Random random) {
        byte[] bytes = valid.clone();
        int at = random.nextInt(range);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] = (byte) random.nextInt(256);
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> System.arraycopy(valid, at + 1, bytes, at, valid.length - at - 1);
            case 3 -> bytes = Arrays.copyOf(valid, random.nextInt(valid.length));
            case 4 -> {
                // Counts, lengths and offsets are where it hurts: eight bytes of a large or small number.
                long number = random.nextLong() >> random.nextInt(64);
                for (int i = 0; i < Math.min(8, range - at); i++) {
                    bytes[at + i] = (byte) (number >> 8 * i);
                }
            }
            default -> {
                int other = random.nextInt(range);
                int length = Math.min(1 + random.nextInt(60), range - Math.max(at, other));
                System.arraycopy(valid, other, bytes, at, length);
            }
        }
        return bytes;
    }
}
