package org.tornadomla.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.testing.Goldens;

/** The container: values, tensors, and refusals that say what is wrong. */
class GgufFileTest {

    private static final float[] NUMBERS = {1, -2, 3.5f, 4, 5, 6};

    @TempDir
    private Path folder;

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("test.gguf"), bytes);
    }

    private static GgufBuilder small() {
        return new GgufBuilder().key("general.architecture", "deepseek2").tensor("a", "F32", List.of(3L, 2L), NUMBERS)
                .tensor("b", "F16", List.of(2L), new float[]{7, 8});
    }

    /** Quantised by llama.cpp, expected numbers by gguf-py. */
    @Test
    void everyTypeIsBitExact() {
        Path folder = Goldens.folder("gguf");
        try (GgufFile file = GgufFile.open(folder.resolve("types.gguf"));
                SafetensorsFile expected = SafetensorsFile.open(folder.resolve("types.expected.safetensors"))) {
            assertEquals(expected.names(), file.tensors().keySet());
            assertEquals(12, file.tensors().size());
            file.tensors().forEach((name, tensor) -> {
                assertEquals("t." + tensor.format().formatName(), name);
                assertArrayEquals(expected.read(name).values(), tensor.read(), name);
                float[] row = new float[512];
                tensor.read(2, 1, row, 0);
                assertArrayEquals(Arrays.copyOfRange(expected.read(name).values(), 1024, 1536), row, name);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void tensorsAndValues(int version) throws IOException {
        GgufBuilder builder = small().key("flag", true).key("real", 1e-6f).key("whole", 7)
                .key("texts", List.of("a", "", "\u00e9")).key("numbers", new int[]{1, -2})
                .key("i8", new GgufBuilder.Raw(1, new byte[]{-3})).key("u8", new GgufBuilder.Raw(0, new byte[]{-3}))
                .key("i16", new GgufBuilder.Raw(3, GgufBuilder.number(2, -3)))
                .key("u16", new GgufBuilder.Raw(2, GgufBuilder.number(2, 65_533)))
                .key("i64", new GgufBuilder.Raw(11, GgufBuilder.number(8, 9)))
                .key("u64", new GgufBuilder.Raw(10, GgufBuilder.number(8, 10)))
                .key("i32", new GgufBuilder.Raw(5, GgufBuilder.number(4, 11)))
                .key("f64", new GgufBuilder.Raw(12, GgufBuilder.number(8, Double.doubleToLongBits(0.1))));
        builder.version = version;
        try (GgufFile file = GgufFile.open(write(builder.bytes()))) {
            assertArrayEquals(NUMBERS, file.tensors().get("a").read());
            assertEquals(List.of(2L, 3L), file.tensors().get("a").shape());
            assertArrayEquals(new float[]{7, 8}, file.tensors().get("b").read());
            GgufMetadata metadata = file.metadata();
            assertTrue(metadata.optionalFlag("flag").orElseThrow());
            assertEquals(1e-6, metadata.optionalNumber("real").orElseThrow());
            assertEquals(0.1, metadata.optionalNumber("f64").orElseThrow());
            assertEquals(7, metadata.integer("whole"));
            assertEquals(List.of("a", "", "\u00e9"), metadata.texts("texts"));
            assertArrayEquals(new int[]{1, -2}, metadata.integers("numbers"));
            assertEquals(-3, metadata.optionalNumber("i8").orElseThrow());
            assertEquals(253, metadata.integer("u8"));
            assertEquals(-3, metadata.optionalNumber("i16").orElseThrow());
            assertEquals(65_533, metadata.integer("u16"));
            assertEquals(9, metadata.integer("i64"));
            assertEquals(10, metadata.integer("u64"));
            assertEquals(11, metadata.integer("i32"));
            assertTrue(assertThrows(CheckpointException.class, () -> metadata.integer("i8")).getMessage()
                    .contains("i8 is -3, must be from 0 to"));
            assertTrue(assertThrows(CheckpointException.class, () -> metadata.text("whole")).getMessage()
                    .contains("whole is a UINT32, must be a text"));
            assertTrue(assertThrows(CheckpointException.class, () -> metadata.texts("absent")).getMessage()
                    .contains("metadata has no absent"));
            assertTrue(assertThrows(CheckpointException.class, () -> metadata.integers("texts")).getMessage()
                    .contains("texts is an array of 3 STRING, must be an array of whole numbers"));
        }
    }

    @Test
    void otherAlignments() throws IOException {
        GgufBuilder builder = small().key("general.alignment", 64);
        builder.alignment = 64;
        try (GgufFile file = GgufFile.open(write(builder.bytes()))) {
            assertArrayEquals(new float[]{7, 8}, file.tensors().get("b").read());
        }
        refused(small().key("general.alignment", 48).bytes(), "general.alignment is 48, must be a power of two");
    }

    @Test
    void noTensorsIsNoFault() throws IOException {
        GgufBuilder builder = new GgufBuilder().key("general.architecture", "deepseek2");
        try (GgufFile file = GgufFile.open(write(builder.bytes()))) {
            assertTrue(file.tensors().isEmpty());
        }
    }

    @Test
    void damagedStarts() throws IOException {
        refused(new byte[0], "the magic number takes 4 bytes from byte 0, the file has 0");
        refused("PK\3\4aaaaaaaaaaaa".getBytes(), "starts with the bytes 504b0304, a GGUF file with 47475546");
        refused(edit(small(), bytes -> bytes.putInt(4, 1)), "is GGUF version 1, must be 2 or 3");
        refused(edit(small(), bytes -> bytes.putInt(4, 3 << 24)), "is a big-endian GGUF file");
        refused(edit(small(), bytes -> bytes.putLong(8, 1L << 60)), "number of tensors is 1152921504606846976");
        refused(edit(small(), bytes -> bytes.putLong(16, -1)), "number of metadata keys is 18446744073709551615");
        refused(edit(small(), bytes -> bytes.putLong(24, Long.MAX_VALUE)), "length of metadata key 0 is");
    }

    @Test
    void damagedValues() throws IOException {
        refused(small().key("k", new GgufBuilder.Raw(13, new byte[8])).bytes(),
                "type of k is 13, must be from 0 to 12");
        refused(small().key("k", new GgufBuilder.Raw(9, GgufBuilder.number(12, 9))).bytes(),
                "k is an array of arrays, which are not read");
        byte[] huge = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(5).putLong(1L << 61).array();
        refused(small().key("k", new GgufBuilder.Raw(9, huge)).bytes(), "length of k is 2305843009213693952");
        byte[] bad = {2, 0, 0, 0, 0, 0, 0, 0, (byte) 0xC3, 0x28};
        try (GgufFile file = GgufFile.open(write(small().key("k", new GgufBuilder.Raw(8, bad)).bytes()))) {
            assertTrue(assertThrows(CheckpointException.class, () -> file.metadata().text("k")).getMessage()
                    .contains("k is not UTF-8"));
        }
        byte[] twice = small().key("general.architecturf", 1).bytes();
        twice[new String(twice, StandardCharsets.ISO_8859_1).indexOf("architecturf") + 11] = 'e';
        refused(twice, "metadata key general.architecture stands there twice");
    }

    @Test
    void damagedTensors() throws IOException {
        refused(withTensor(16, List.of(256L), 66),
                "tensor x has type IQ2_XXS, which is not read; quantise the model to");
        refused(withTensor(99, List.of(256L), 66), "tensor x has type number 99, which is not read");
        refused(withTensor(12, List.of(128L, 2L), 144),
                "tensor x has rows of 128 numbers, Q4_K needs a multiple of 256");
        refused(withTensor(0, List.of(0L), 0), "tensor x has a size of 0, must be from 1 to 2^63 - 1");
        refused(withTensor(0, List.of(1L << 40, 1L << 40), 0), "of tensor x overflows 64 bits");
        refused(withTensor(0, List.of(1L, 1L, 1L, 1L, 1L), 4), "tensor x has 5 axes, must be from 1 to 4");
        refused(withTensor(0, List.of(100L), 4), "header promises 400 data bytes, file has");
        byte[] whole = small().bytes();
        refused(Arrays.copyOf(whole, whole.length - 40), "bytes are missing; it was not copied to its end");
        refused(Arrays.copyOf(whole, whole.length + 64), "data bytes, header describes");
        byte[] padding = whole.clone();
        padding[padding.length - 65] = 1;
        refused(padding, "between header and data is not zero");
        byte[] moved = whole.clone();
        int offset = new String(whole, StandardCharsets.ISO_8859_1).indexOf("b\1\0\0\0") + 1 + 4 + 8 + 4;
        moved[offset] = 64;
        refused(moved, "tensor b starts at byte 64 of the data, expected 32");
        byte[] twice = whole.clone();
        twice[new String(whole, StandardCharsets.ISO_8859_1).indexOf("b\1\0\0\0")] = 'a';
        refused(twice, "tensor a stands there twice");
    }

    private static byte[] withTensor(int type, List<Long> sizes, int bytes) {
        GgufBuilder builder = new GgufBuilder();
        builder.tensors.put("x", new GgufBuilder.Tensor(type, sizes, new byte[bytes]));
        return builder.bytes();
    }

    private static byte[] edit(GgufBuilder builder, Consumer<ByteBuffer> change) {
        byte[] bytes = builder.bytes();
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    private void refused(byte[] bytes, String reason) throws IOException {
        Path file = write(bytes);
        CheckpointException refusal = assertThrows(CheckpointException.class, () -> GgufFile.open(file).close());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
    }

    @Test
    void missingFiles() {
        assertTrue(assertThrows(CheckpointException.class, () -> GgufFile.open(folder.resolve("none.gguf")))
                .getMessage().contains("Cannot read"));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void splitFilesAreOneModel(int given) throws IOException {
        split(3, 3);
        try (GgufParts parts = GgufParts.open(part(given, 3))) {
            assertEquals(List.of("t1", "t2", "t3"), List.copyOf(parts.tensors().keySet()));
            assertArrayEquals(new float[]{2, 2}, parts.tensors().get("t2").read());
            assertEquals("here", parts.metadata().text("only.first"));
        }
    }

    @Test
    void splitFilesThatDoNotBelongTogether() throws IOException {
        split(3, 3);
        Files.delete(part(2, 3));
        refusedParts(part(1, 3), "is one of 3 files of a model, m-00002-of-00003.gguf is not beside it");
        Files.copy(part(3, 3), part(2, 3));
        refusedParts(part(1, 3), "split.no is 2, its name says 1");
        split(3, 4);
        refusedParts(part(1, 3), "split.tensors.count is 4, the files hold 3 tensors");
        Path alone = folder.resolve("alone.gguf");
        Files.copy(part(1, 3), alone);
        refusedParts(alone, "split.count is 3, but its name makes it one of 1");
    }

    private void refusedParts(Path file, String reason) {
        CheckpointException refusal = assertThrows(CheckpointException.class, () -> GgufParts.open(file).close());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private void split(int count, int tensors) throws IOException {
        for (int number = 1; number <= count; number++) {
            GgufBuilder builder = new GgufBuilder().key("split.no", number - 1).key("split.count", count)
                    .key("split.tensors.count", tensors)
                    .tensor("t" + number, "F32", List.of(2L), new float[]{number, number});
            if (number == 1) {
                builder.key("only.first", "here");
            }
            Files.write(part(number, count), builder.bytes());
        }
    }

    private Path part(int number, int count) {
        return folder.resolve(String.format("m-%05d-of-%05d.gguf", number, count));
    }
}
