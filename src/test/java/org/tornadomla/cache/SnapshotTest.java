package org.tornadomla.cache;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.SnapshotException;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.PackedBfloat16;
import org.tornadomla.tensor.PackedInt8;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What a snapshot keeps, where it can be restored, and which files are refused. */
class SnapshotTest {

    private static final RowLayout LAYOUT = new RowLayout(20, 6);
    private static final String MODEL = "tiny, trained on \u00e9toiles";
    private static final List<Integer> TOKENS = List.of(5, 3, 8, 1, 9, 9, 4);

    @TempDir
    private Path folder;

    private LatentCache cache;
    private CachedSequence sequence;
    private Path file;

    @BeforeEach
    void writeSnapshot() {
        cache = cache(4, MODEL);
        sequence = filled(cache, new SimulatedDevice(cache));
        file = folder.resolve("conversation.snapshot");
        cache.snapshot(sequence, file);
    }

    private static LatentCache cache(int pageTokens, String model) {
        return new LatentCache(CacheConfig.builder(3, LAYOUT).pageTokens(pageTokens).pages(128 / pageTokens)
                .pageOrder(PageOrder.shuffled(pageTokens)).model(model).maxSequenceTokens(64).build());
    }

    private static CachedSequence filled(LatentCache cache, SimulatedDevice device) {
        CachedSequence filled = cache.open();
        try (Reservation reservation = cache.reserve(filled, TOKENS.size())) {
            device.run(reservation.copies(), filled, 0, TOKENS);
            reservation.commit();
        }
        return filled;
    }

    private String refused(LatentCache target) {
        CacheStatistics before = target.statistics();
        String message = assertThrows(SnapshotException.class, () -> target.restore(file)).getMessage();
        assertEquals(before, target.statistics());
        assertTrue(message.contains(file.toString()), message);
        return message;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 64})
    void restoresIntoOtherPageSizesBesideOtherSequences(int pageTokens) {
        LatentCache target = cache(pageTokens, MODEL);
        SimulatedDevice device = new SimulatedDevice(target);
        CachedSequence other = filled(target, device);
        CachedSequence restored = target.restore(file);
        assertEquals(TOKENS.size(), restored.length());
        for (int position = 0; position < TOKENS.size(); position++) {
            assertTrue(device.holds(target.slot(restored, position), TOKENS.get(position)));
            assertTrue(device.holds(target.slot(other, position), TOKENS.get(position)));
        }
        for (int layer = 0; layer < 3; layer++) {
            assertArrayEquals(cache.rows(sequence, layer), target.rows(restored, layer));
        }
    }

    @Test
    void restoredRowsHaveZeroPadding() {
        CachedSequence restored = cache.restore(file);
        int row = cache.slot(restored, 2) * LAYOUT.width();
        for (int column = 0; column < LAYOUT.width(); column++) {
            boolean padding = column >= 20 && column < 32 || column >= 32 + 6;
            assertEquals(padding ? 0 : 8 * 4 + 1,
                    ((LayerPool.Float32) cache.pool(1)).rows().getArray().get(row + column), "column " + column);
        }
    }

    @Test
    void anEmptySequenceHasASnapshotToo() {
        cache.snapshot(cache.open(), file);
        assertEquals(0, cache.restore(file).length());
    }

    @Test
    void rowsBeyondOneChunkOfTheFile() {
        int tokens = 3 * SnapshotWriter.CHUNK_BYTES / (300 * Float.BYTES) + 5;
        LatentCache large = new LatentCache(CacheConfig.builder(1, new RowLayout(296, 4)).pages(96).build());
        SimulatedDevice device = new SimulatedDevice(large);
        CachedSequence written = large.open();
        List<Integer> values = Stream.iterate(0, token -> token + 1).limit(tokens).toList();
        try (Reservation reservation = large.reserve(written, tokens)) {
            device.write(written, 0, values);
            reservation.commit();
        }
        large.snapshot(written, file);
        assertArrayEquals(large.rows(written, 0), large.rows(large.restore(file), 0));
    }

    @Test
    void replacesAnOlderFileAndLeavesNothingBeside() throws IOException {
        cache.truncate(sequence, 2);
        cache.snapshot(sequence, file);
        assertEquals(2, cache.restore(file).length());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aFailedWriteKeepsTheOlderFile() throws IOException {
        byte[] before = Files.readAllBytes(file);
        Path absent = folder.resolve("absent").resolve("file");
        assertThrows(SnapshotException.class, () -> cache.snapshot(sequence, absent));
        Path directory = Files.createDirectories(folder.resolve("directory").resolve("inner")).getParent();
        assertThrows(SnapshotException.class, () -> cache.snapshot(sequence, directory));
        assertArrayEquals(before, Files.readAllBytes(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file, directory), files.sorted().toList());
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        List<Integer> lengths = new ArrayList<>(List.of(0, 1, 8, 12, 35, whole.length - 1));
        for (int length = 97; length < whole.length; length += 97) {
            lengths.add(length);
        }
        for (int length : lengths) {
            Files.write(file, Arrays.copyOf(whole, length));
            String message = refused(cache);
            assertTrue(message.contains(Integer.toString(length)), message);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertTrue(refused(cache).contains("its header promises " + whole.length));
    }

    @Test
    void everyFlippedBitIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int index = 0; index < whole.length; index++) {
            byte[] altered = whole.clone();
            altered[index] ^= (byte) (1 << index % 8);
            Files.write(file, altered);
            refused(cache);
        }
        altered(whole, whole.length - 100);
        assertTrue(refused(cache).contains("checksum of layer 2"));
    }

    /** What a device holds is brought to the host for a snapshot that will be restored, and for no other. */
    @Test
    void aDamagedFileIsRefusedBeforeTheDeviceIsAskedForItsRows() throws IOException {
        List<String> asked = new ArrayList<>();
        LatentCache other = cache(4, MODEL);
        DevicePool device = new DevicePool() {
            @Override
            public void download() {
                asked.add("download");
            }

            @Override
            public void invalidate() {
                asked.add("invalidate");
            }
        };
        other.attach(device);
        try (Reservation reservation = other.reserve(other.open(), 3)) {
            reservation.commit();
        }
        byte[] whole = Files.readAllBytes(file);
        altered(whole, whole.length - 100);
        refused(other);
        assertEquals(List.of(), asked);
        Files.write(file, whole);
        other.restore(file);
        assertEquals(List.of("download", "invalidate"), asked);
    }

    private void altered(byte[] whole, int index) throws IOException {
        byte[] altered = whole.clone();
        altered[index] ^= 1;
        Files.write(file, altered);
    }

    /** The checksum is made right again, so that it is the field itself that is refused. */
    @ParameterizedTest
    @CsvSource({"0, 7, first bytes", "8, 1, version", "12, 2, element type is BF16", "12, 4, element type is 4",
        "16, 21, kvLoraRank", "20, 5, qkRopeHeadDim", "24, 4, number of layers", "28, 65, number of tokens",
        "28, -1, number of tokens", "28, 8, its header promises", "32, 1025, length of the model",
        "32, -1, length of the model"})
    void everyFieldOfTheHeaderIsChecked(int offset, int value, String named) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int checksumAt = 36 + bytes.getInt(32) + 4;
        bytes.putInt(offset, value);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.array(), 0, checksumAt);
        bytes.putInt(checksumAt, (int) checksum.getValue());
        Files.write(file, bytes.array());
        String message = refused(cache);
        assertTrue(message.contains(named), message);
    }

    @Test
    void anotherModelsLatentsAreRefused() {
        String message = refused(cache(4, "other"));
        assertTrue(message.contains(MODEL) && message.contains("other"), message);
    }

    private static LatentCache narrow(int pageTokens, int pages) {
        return new LatentCache(CacheConfig.builder(3, LAYOUT).pageTokens(pageTokens).pages(pages).model(MODEL)
                .type(CacheType.BF16).build());
    }

    /** A sequence of random bfloat16 numbers, in a cache without a device. */
    private static CachedSequence filled(LatentCache cache, int tokens) {
        CachedSequence filled = cache.open();
        cache.reserve(filled, tokens).commit();
        SplittableRandom random = new SplittableRandom(7);
        for (int layer = 0; layer < 3; layer++) {
            IntArray ints = ((LayerPool.Bfloat16) cache.pool(layer)).rows().getArray();
            for (int i = 0; i < ints.getSize(); i++) {
                ints.set(i, random.nextInt() & 0xBF7FBF7F);
            }
        }
        return filled;
    }

    /** Bits for bits, in half the bytes a row. */
    @Test
    void bfloat16RowsComeBackAsTheyWere() throws IOException {
        LatentCache source = narrow(4, 8);
        CachedSequence written = filled(source, 23);
        source.snapshot(written, file);
        assertEquals(36 + MODEL.getBytes(StandardCharsets.UTF_8).length + 4 + 4 + 3 * (23 * 26 * 2 + 4),
                Files.size(file));
        LatentCache target = narrow(16, 5);
        CachedSequence restored = target.restore(file);
        for (int layer = 0; layer < 3; layer++) {
            assertArrayEquals(source.rows(written, layer), target.rows(restored, layer));
        }
    }

    /** Rows of 8 bits are bytes, two a scale and two a number of the rotary key; reading and writing changes no bit. */
    @Test
    void rowsOfEightBitsComeBackAsTheyWere() throws IOException {
        LatentCache source = eightBits(4, 8);
        CachedSequence written = source.open();
        source.reserve(written, 23).commit();
        SplittableRandom random = new SplittableRandom(8);
        float[] payload = new float[26];
        for (int layer = 0; layer < 3; layer++) {
            IntArray ints = ((LayerPool.Int8) source.pool(layer)).rows().getArray();
            ints.init(0);
            for (int position = 0; position < 23; position++) {
                for (int i = 0; i < payload.length; i++) {
                    payload[i] = (float) random.nextGaussian();
                }
                new PackedInt8(20, 6).set(ints, source.slot(written, position) * 32, payload);
            }
        }
        source.snapshot(written, file);
        assertEquals(36 + MODEL.getBytes(StandardCharsets.UTF_8).length + 4 + 4 + 3 * (23 * (2 + 20 + 12) + 4),
                Files.size(file));
        LatentCache target = eightBits(16, 5);
        CachedSequence restored = target.restore(file);
        for (int layer = 0; layer < 3; layer++) {
            assertArrayEquals(source.rows(written, layer), target.rows(restored, layer));
            IntArray from = ((LayerPool.Int8) source.pool(layer)).rows().getArray();
            IntArray to = ((LayerPool.Int8) target.pool(layer)).rows().getArray();
            for (int i = 0; i < 32; i++) {
                assertEquals(from.get(source.slot(written, 9) * 32 + i), to.get(target.slot(restored, 9) * 32 + i));
            }
        }
    }

    private static LatentCache eightBits(int pageTokens, int pages) {
        return new LatentCache(CacheConfig.builder(3, LAYOUT).pageTokens(pageTokens).pages(pages).model(MODEL)
                .type(CacheType.INT8).build());
    }

    @Test
    void bfloat16RowsHaveZeroPadding() {
        LatentCache source = narrow(4, 8);
        source.snapshot(filled(source, 2), file);
        LatentCache target = narrow(4, 8);
        IntArray ints = ((LayerPool.Bfloat16) target.pool(0)).rows().getArray();
        ints.init(0x7FC07FC0);
        int row = target.slot(target.restore(file), 1) * 32;
        for (int number = 0; number < 64; number++) {
            boolean padding = number >= 20 && number < 32 || number >= 32 + 6;
            assertEquals(padding, PackedBfloat16.get(ints, row, number) == 0, "number " + number);
        }
    }

    @Test
    void aSnapshotOfAnotherNumberFormatIsRefused() {
        String message = refused(narrow(4, 8));
        assertTrue(message.contains("element type is F32, the cache holds BF16; restore it into a cache of type F32"),
                message);
        LatentCache source = narrow(4, 8);
        source.snapshot(filled(source, 2), file);
        message = refused(cache);
        assertTrue(message.contains("element type is BF16, the cache holds F32"), message);
    }

    @Test
    void anAbsentFileIsRefused() throws IOException {
        Files.delete(file);
        assertTrue(refused(cache).contains("cannot be read"));
    }

    @Test
    void aFullPoolRefusesAndNamesTheNeed() {
        LatentCache small = new LatentCache(CacheConfig.builder(3, LAYOUT).pageTokens(8).pages(1).model(MODEL).build());
        CachedSequence holder = small.open();
        small.reserve(holder, 1).commit();
        CacheFullException full = assertThrows(CacheFullException.class, () -> small.restore(file));
        assertEquals(1, full.neededPages());
        assertEquals(0, full.freePages());
        holder.close();
        assertEquals(TOKENS.size(), small.restore(file).length());
    }

    @Test
    void noRestoreBesideAnOpenReservation() {
        Reservation reservation = cache.reserve(sequence, 1);
        CacheException refusal = assertThrows(CacheException.class, () -> cache.restore(file));
        assertTrue(refusal.getMessage().contains("1 reservation"), refusal.getMessage());
        assertThrows(CacheException.class, () -> cache.snapshot(sequence, file));
        reservation.cancel();
        assertEquals(TOKENS.size(), cache.restore(file).length());
    }
}
