package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Matrix;

/** Matrices in NVFP4, as two tools write them, against what the format is by definition. */
class FloatNibbleCheckpointTest {

    private static final String FORMAT = "NVFP4";
    private static final int ROWS = 24;
    private static final int COLUMNS = 80;
    private static final String BASE = "model.layers.0.self_attn.o_proj.";
    private static final String NAME = BASE + "weight";

    /** PyTorch's numbers, by their bits, where the number of the matrix is multiplied with and where it divides. */
    private static final int[] MULTIPLIED = {0x00000000, 0x3BA3BCD3, 0x3C23BCD3, 0x3C759B3C, 0x3CA3BCD3, 0x3CF59B3C,
        0x3D23BCD3, 0x3D759B3C, 0x80000000, 0xBBA3BCD3, 0xBC23BCD3, 0xBC759B3C, 0xBCA3BCD3, 0xBCF59B3C, 0xBD23BCD3,
        0xBD759B3C, 0x3E2A0902, 0xBE2A0902, 0xBC62B6AE, 0x80000000, 0xBCE2B6AE, 0x3DE2B6AE, 0x3D2A0902, 0xBDAA0902,
        0xBD2A0902, 0x3C62B6AE, 0x3D62B6AE, 0xBDE2B6AE, 0xBD62B6AE, 0x3DAA0902, 0x3CE2B6AE, 0x00000000};
    private static final int[] DIVIDED = {0x00000000, 0x3BA3BD3E, 0x3C23BD3E, 0x3C759BDD, 0x3CA3BD3E, 0x3CF59BDD,
        0x3D23BD3E, 0x3D759BDD, 0x80000000, 0xBBA3BD3E, 0xBC23BD3E, 0xBC759BDD, 0xBCA3BD3E, 0xBCF59BDD, 0xBD23BD3E,
        0xBD759BDD, 0x3E2A0972, 0xBE2A0972, 0xBC62B743, 0x80000000, 0xBCE2B743, 0x3DE2B743, 0x3D2A0972, 0xBDAA0972,
        0xBD2A0972, 0x3C62B743, 0x3D62B743, 0xBDE2B743, 0xBD62B743, 0x3DAA0972, 0x3CE2B743, 0x00000000};

    @TempDir
    private Path folder;

    /** A sign, two bits of exponent of bias 1, one of fraction. */
    private static double e2m1(int bits) {
        int exponent = bits >> 1 & 3;
        double magnitude = exponent == 0 ? 0.5 * (bits & 1) : Math.pow(2, exponent - 1) * (1 + 0.5 * (bits & 1));
        return bits > 7 ? -magnitude : magnitude;
    }

    /** A sign, four bits of exponent of bias 7, three of fraction. */
    private static double e4m3(int bits) {
        int exponent = bits >> 3 & 15;
        double fraction = (bits & 7) / 8.0;
        double magnitude = exponent == 0 ? fraction * Math.pow(2, -6) : (1 + fraction) * Math.pow(2, exponent - 7);
        return bits > 127 ? -magnitude : magnitude;
    }

    private static RawTensors tensors(FloatNibbleLayout layout, int rows, int columns, byte[] values, byte[] scales,
            float whole) {
        return new RawTensors().add(BASE + layout.packed(), Dtype.U8, List.of((long) rows, columns / 2L), values)
                .add(BASE + "weight_scale", Dtype.F8_E4M3, List.of((long) rows, columns / 16L), scales)
                .floats(BASE + layout.whole(), layout == FloatNibbleLayout.MODELOPT ? List.of() : List.of(1L), whole);
    }

    static Stream<Arguments> files() {
        return Stream.of(FloatNibbleLayout.values()).flatMap(
                layout -> Stream.of(0x1p-7f, 3.7e-4f, 1234.5f, -0.3f).map(whole -> Arguments.of(layout, whole)));
    }

    /** A scale is rounded once, and so is its product with a value: neither where the matrix's is a power of two. */
    @ParameterizedTest
    @MethodSource("files")
    void numbersAreThoseOfTheDefinition(FloatNibbleLayout layout, float whole) {
        SplittableRandom random = new SplittableRandom(3);
        byte[] values = new byte[ROWS * COLUMNS / 2];
        byte[] scales = new byte[ROWS * COLUMNS / 16];
        random.nextBytes(values);
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (byte) (random.nextInt(127) + 128 * random.nextInt(2));
        }
        tensors(layout, ROWS, COLUMNS, values, scales, whole).write(folder.resolve("model.safetensors"));
        double allowed = whole == 0x1p-7f ? 0 : 0x1p-23;
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(FORMAT, checkpoint.storedAs(NAME));
            assertEquals(values.length + scales.length + Float.BYTES, checkpoint.storedBytes(NAME));
            Matrix matrix = checkpoint.matrix(NAME);
            assertEquals(COLUMNS, matrix.columns());
            float[] row = new float[COLUMNS];
            float[] decoded = new float[COLUMNS];
            for (int number = 0; number < ROWS; number++) {
                matrix.read(number, row);
                BlockRow blocks = BlockMatrix.blocks(matrix, number, FORMAT);
                assertTrue(blocks.finite());
                format().decode(blocks.bytes(), 0, COLUMNS / 16, decoded, 0);
                for (int i = 0; i < COLUMNS; i++) {
                    int at = number * COLUMNS + i;
                    double scale = e4m3(scales[at / 16] & 0xFF);
                    double one = e2m1(values[at / 2] >> i % 2 * 4 & 15);
                    double expected = layout == FloatNibbleLayout.MODELOPT
                            ? one * scale * whole
                            : one * (scale / whole);
                    assertEquals(expected, row[i], Math.max(allowed * Math.abs(expected), Double.MIN_VALUE),
                            number + ", " + i);
                    assertEquals(row[i], decoded[i]);
                }
            }
        }
    }

    private static IntegerBlock format() {
        return BlockFormats.integers(FORMAT).orElseThrow();
    }

    /**
     * One row by PyTorch 2.13 in float32: its own float8_e4m3fn for the scales, and a table of sixteen values, since it
     * converts no numbers in E2M1.
     */
    @ParameterizedTest
    @EnumSource
    void numbersAreThoseOfPyTorch(FloatNibbleLayout layout) {
        int[] bytes = {0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0x7F, 0x01, 0xE2, 0x5B, 0x93, 0x6C, 0xD4, 0x8A};
        byte[] values = new byte[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) bytes[i];
        }
        boolean divided = layout == FloatNibbleLayout.COMPRESSED;
        int[] expected = divided ? DIVIDED : MULTIPLIED;
        tensors(layout, 1, 32, values, new byte[]{0x35, (byte) 0xC1}, divided ? 81.3f : 0.0123f)
                .write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            float[] row = new float[32];
            checkpoint.matrix(NAME).read(0, row);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(Float.intBitsToFloat(expected[i]), row[i], "number " + i);
            }
        }
    }

    private CheckpointException refused(RawTensors tensors) {
        tensors.write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return assertThrows(CheckpointException.class, () -> checkpoint.matrix(NAME));
        }
    }

    private void refused(RawTensors tensors, String... words) {
        String message = refused(tensors).getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), message + " without " + word);
        }
    }

    private static RawTensors whole(FloatNibbleLayout layout) {
        return tensors(layout, 8, 32, new byte[128], new byte[16], 1);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDamagedIsRefusedByName(FloatNibbleLayout layout) {
        String all = BASE + layout.whole();
        String values = BASE + layout.packed();
        String scales = BASE + "weight_scale";
        for (float number : new float[]{0, -0f, Float.NaN, Float.POSITIVE_INFINITY}) {
            refused(whole(layout).floats(all, List.of(1L), number), all + " is " + number, "finite", values);
        }
        refused(whole(layout).floats(all, List.of(2L), 1, 1), all, "[2], expected one number in F32");
        refused(whole(layout).shorts(all, Dtype.BF16, List.of(1L), (short) 0), all, "BF16", "one number in F32");
        refused(whole(layout).add(scales, Dtype.F8_E4M3, List.of(8L, 1L), new byte[8]), scales, "[8, 1]",
                "expected F8_E4M3 of shape [8, 2]", values);
        refused(whole(layout).add(scales, Dtype.U8, List.of(8L, 2L), new byte[16]), scales, "U8", "F8_E4M3");
        refused(whole(layout).add(values, Dtype.U8, List.of(8L, 12L), new byte[96]), values, "[8, 12]", "groups of 16");
        refused(new RawTensors().add(values, Dtype.U8, List.of(8L, 16L), new byte[128]).floats(all, List.of(), 1),
                values, "without " + scales);
        refused(new RawTensors().add(values, Dtype.U8, List.of(8L, 16L), new byte[128]).add(scales, Dtype.F8_E4M3,
                List.of(8L, 2L), new byte[16]), values, "without " + all);
    }

    /** A scale that is no number, or too large together with the matrix's, makes its row one that is refused. */
    @Test
    void aScaleThatIsNoNumberIsSeen() {
        byte[] scales = new byte[16];
        Arrays.fill(scales, (byte) 0x38);
        scales[3] = 0x7F;
        RawTensors tensors = tensors(FloatNibbleLayout.MODELOPT, 8, 32, new byte[128], scales, 1);
        tensors.write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertTrue(BlockMatrix.blocks(checkpoint.matrix(NAME), 0, FORMAT).finite());
            assertFalse(BlockMatrix.blocks(checkpoint.matrix(NAME), 1, FORMAT).finite());
        }
        tensors.floats(BASE + "weight_scale_2", List.of(), 1e38f).write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertFalse(BlockMatrix.blocks(checkpoint.matrix(NAME), 0, FORMAT).finite());
        }
    }
}
