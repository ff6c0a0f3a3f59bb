package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.SafetensorsWriter;

/** A file is read as written, and a header that does not fit its file is refused with the reason. */
class SafetensorsFileTest {

    @TempDir
    private Path folder;

    private Path file(long headerLength, String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(headerLength).put(text);
        return Files.write(folder.resolve("case.safetensors"), bytes.array());
    }

    private void refused(String reason, Path file) {
        String message = assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file).close()).getMessage();
        assertTrue(message.contains(reason) && message.contains("case.safetensors"), message);
    }

    private void refusedHeader(String reason, String header, int dataBytes) throws IOException {
        refused(reason, file(header.length(), header, dataBytes));
    }

    private static String tensor(String name, String dtype, String shape, String offsets) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}".formatted(name, dtype, shape, offsets);
    }

    /** A header may name tensors in any order, and tensors without numbers stand where others begin. */
    @Test
    void theOrderOfAHeaderIsNotThatOfItsData() throws IOException {
        String header = "{"
                + String.join(",", tensor("last", "F32", "[1]", "[8,12]"), tensor("first", "F32", "[1]", "[0,4]"),
                        tensor("second", "F32", "[1]", "[4,8]"), tensor("none", "F32", "[0]", "[4,4]"))
                + "}";
        Path file = file(header.length(), header, 12);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 3; i++) {
            data.putFloat(bytes.length - 12 + 4 * i, i + 1);
        }
        Files.write(file, bytes);
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertEquals(List.of("first", "none", "second", "last"), List.copyOf(opened.names()));
            assertArrayEquals(new float[]{1}, opened.read("first").values());
            assertArrayEquals(new float[]{2}, opened.read("second").values());
            assertArrayEquals(new float[]{3}, opened.read("last").values());
        }
    }

    @Test
    void readsWhatWasWritten() {
        Path file = folder.resolve("a.safetensors");
        float[] values = {1, -2, 3, 4, 5, 0.5f};
        new SafetensorsWriter().metadata("note", "x").add("m", Dtype.F32, List.of(3L, 2L), values)
                .add("half", Dtype.F16, List.of(6L), values).add("ids", Dtype.I32, List.of(2L), new float[]{7, -8})
                .add("one", Dtype.F32, List.of(), new float[]{9}).add("none", Dtype.F32, List.of(0L, 4L), new float[0])
                .write(file);
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertEquals("x", opened.metadata().get("note"));
            assertArrayEquals(values, opened.read("m").values());
            assertEquals(List.of(3L, 2L), opened.read("m").shape());
            assertArrayEquals(values, opened.read("half").values());
            assertArrayEquals(new int[]{7, -8}, opened.readIntegers("ids"));
            assertArrayEquals(new float[]{9}, opened.read("one").values());
            assertEquals(0, opened.read("none").values().length);
            float[] row = new float[4];
            opened.readRows("m", 1, 1, row, 1);
            assertArrayEquals(new float[]{0, 3, 4, 0}, row);
            assertEquals(24, opened.bytes("m").byteSize());
        }
    }

    @Test
    void longWholeNumbersAreReadWhereTheyFit() {
        Path file = folder.resolve("a.safetensors");
        new SafetensorsWriter().add("ids", Dtype.I64, List.of(2L), new float[]{7, -8})
                .add("large", Dtype.I64, List.of(1L), new float[]{1e12f}).write(file);
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertArrayEquals(new int[]{7, -8}, opened.readIntegers("ids"));
            assertThrows(CheckpointException.class, () -> opened.readIntegers("large"));
        }
    }

    /** A file with a hole, which takes no space on disk: rows that end 3 GiB behind its start are read. */
    @Test
    void rowsBehindTwoGibibytesAreRead() throws IOException {
        String header = "{" + tensor("a", "F32", "[786432,1024]", "[0,3221225472]") + "}";
        Path path = file(header.length(), header, 0);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(8 + header.length() + 3_221_225_472L);
            file.seek(file.length() - 4);
            file.write(new byte[]{0, 0, (byte) 0xC0, 0x3F});
        }
        try (SafetensorsFile opened = SafetensorsFile.open(path)) {
            float[] rows = new float[2 * 1024];
            opened.readRows("a", 786_430, 2, rows, 0);
            assertEquals(1.5f, rows[2047]);
            assertEquals(0, rows[2046]);
        }
    }

    @Test
    void anEmptyFileOfTensorsIsValid() throws IOException {
        try (SafetensorsFile opened = SafetensorsFile.open(file(2, "{}", 0))) {
            assertTrue(opened.names().isEmpty());
        }
    }

    @Test
    void misuseIsNamed() {
        Path file = folder.resolve("a.safetensors");
        new SafetensorsWriter().add("m", Dtype.F32, List.of(2L, 2L), new float[4])
                .add("ids", Dtype.I32, List.of(1L), new float[1]).write(file);
        SafetensorsFile opened = SafetensorsFile.open(file);
        assertThrows(CheckpointException.class, () -> opened.read("absent"));
        assertThrows(CheckpointException.class, () -> opened.read("ids"));
        assertThrows(CheckpointException.class, () -> opened.readIntegers("m"));
        assertThrows(CheckpointException.class, () -> opened.readRows("m", 1, 2, new float[8], 0));
        assertThrows(CheckpointException.class, () -> opened.readRows("m", -1, 1, new float[8], 0));
        assertThrows(CheckpointException.class, () -> opened.readRows("m", Long.MAX_VALUE, 1, new float[8], 0));
        opened.close();
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(folder.resolve("absent.safetensors")));
    }

    @Test
    void aShortFileIsRefusedWithTheMissingBytes() throws IOException {
        refusedHeader("promises 1000 data bytes, file has 900: 100 bytes are missing",
                "{" + tensor("a", "F32", "[250]", "[0,1000]") + "}", 900);
    }

    @Test
    void lyingLengthsAreRefusedBeforeAnythingIsAllocated() throws IOException {
        refused("header of 1000 bytes, must be at most 2", file(1000, "{}", 0));
        refused("header of 9223372036854775807 bytes", file(Long.MAX_VALUE, "{}", 0));
        refused("header of 18446744073709551615 bytes", file(-1, "{}", 0));
        refused("fewer than the 8", Files.write(folder.resolve("case.safetensors"), new byte[5]));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'',
            value = {"F32 | [1]                      | [4,0]                       | begin <= end",
                "F32 | [2]                      | [0,4]                       | takes 8 bytes, data_offsets span 4",
                "F32 | [4611686018427387904,2]  | [0,4]                       | overflows 64 bits",
                "F32 | [-1]                     | [0,4]                       | whole numbers",
                "F32 | [1.5]                    | [0,4]                       | whole numbers",
                "F32 | [1]                      | [0,99999999999999999999]    | whole numbers",
                "F32 | [1]                      | [0]                         | [begin, end]",
                "F32 | 1                        | [0,4]                       | shape is not a list",
                "F32 | [1]                      | [-4,0]                      | whole numbers",
                "F32 | [1]                      | [0,8]                       | takes 4 bytes",
                "F32 | [2305843009213693951]    | [0,9223372036854775804]     | bytes are missing",
                "F32 | [0]                      | [0,0]                       | describes 0",})
    void lyingTensorsAreRefused(String dtype, String shape, String offsets, String reason) throws IOException {
        refusedHeader(reason, "{" + tensor("a", dtype, shape, offsets) + "}", 4);
    }

    @Test
    void overlapsAndGapsAreRefused() throws IOException {
        String first = tensor("a", "F32", "[2]", "[0,8]");
        refusedHeader("overlap", "{" + first + "," + tensor("b", "F32", "[1]", "[4,8]") + "}", 8);
        refusedHeader("gap", "{" + first + "," + tensor("b", "F32", "[1]", "[12,16]") + "}", 16);
        refusedHeader("describes 8", "{" + first + "}", 12);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'',
            value = {"[1]                                    | not a json object",
                "nonsense                               | not json",
                "{\"a\":3}                              | tensor a is not an object",
                "{\"a\":{}}                             | dtype",
                "{\"__metadata__\":3}                   | __metadata__ is not an object",
                "{\"__metadata__\":{\"k\":1}}           | __metadata__.k is not a text",
                "{} {}                                  | not json",
                "{\"__metadata__\":{},\"__metadata__\":{}} | not json",})
    void headersThatAreNoDescriptionAreRefused(String header, String reason) throws IOException {
        refusedHeader(reason, header, 0);
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        refusedHeader("not json", deep, 0);
    }
}
