package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Float8E4M3;
import org.tornadomla.tensor.Matrix;

/** Rows that are given as the file holds them, with the scales of their blocks, and how many bytes a weight takes. */
class StoredNumbersTest {

    private static final int ROWS = 300;
    private static final int COLUMNS = 200;
    private static final int BLOCK = BlockScales.BLOCK;

    @TempDir
    private Path folder;

    private final byte[] numbers = new byte[ROWS * COLUMNS];
    private final float[] scales = {1, 2, 3, 4, 5, 6};

    private Checkpoint eightBits() {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (byte) (i * 7 % 0x7F);
        }
        return write(scales);
    }

    private Checkpoint write(float[] factors) {
        new RawTensors().add("w", Dtype.F8_E4M3, List.of((long) ROWS, (long) COLUMNS), numbers)
                .floats("w_scale_inv", List.of(3L, 2L), factors).write(folder.resolve("model.safetensors"));
        return Checkpoint.open(folder);
    }

    /** A block's scale stands before its numbers; the last block of a row may have fewer, and zeros behind them. */
    @Test
    void eightBitsAreGivenWithTheScalesOfTheirBlocks() {
        try (Checkpoint checkpoint = eightBits()) {
            Matrix matrix = checkpoint.matrix("w");
            for (int row : new int[]{0, 1, BLOCK, 2 * BLOCK + 5, ROWS - 1}) {
                ByteBuffer expected = ByteBuffer.allocate(2 * (4 + BLOCK)).order(ByteOrder.LITTLE_ENDIAN);
                expected.putFloat(scales[row / BLOCK * 2]).put(numbers, row * COLUMNS, BLOCK);
                expected.putFloat(scales[row / BLOCK * 2 + 1]).put(numbers, row * COLUMNS + BLOCK, COLUMNS - BLOCK);
                BlockRow given = BlockMatrix.blocks(matrix, row, "FP8");
                assertArrayEquals(expected.array(), given.bytes());
                assertEquals(0, given.skip());
                assertTrue(given.finite());
                float[] decoded = new float[COLUMNS];
                matrix.read(row, decoded);
                for (int column : new int[]{0, BLOCK - 1, BLOCK, COLUMNS - 1}) {
                    assertEquals(Float8E4M3.toFloat(numbers[row * COLUMNS + column])
                            * scales[row / BLOCK * 2 + column / BLOCK], decoded[column]);
                }
            }
            assertNull(BlockMatrix.blocks(matrix, 0, "BF16"), "it is in no other format");
            assertThrows(IndexOutOfBoundsException.class, () -> BlockMatrix.blocks(matrix, ROWS, "FP8"));
        }
    }

    @Test
    void aRowTellsWhetherItIsFinite() {
        scales[3] = Float.POSITIVE_INFINITY;
        numbers[5] = 0x7F;
        numbers[COLUMNS + 7] = (byte) 0xFF;
        try (Checkpoint checkpoint = write(scales)) {
            Matrix matrix = checkpoint.matrix("w");
            assertFalse(BlockMatrix.blocks(matrix, 0, "FP8").finite());
            assertFalse(BlockMatrix.blocks(matrix, 1, "FP8").finite(), "whatever its sign");
            assertTrue(BlockMatrix.blocks(matrix, 2, "FP8").finite());
            assertFalse(BlockMatrix.blocks(matrix, BLOCK, "FP8").finite(), "its scale");
        }
    }

    @Test
    void sixteenBitsAreGivenAsTheyAre() {
        short[] halves = {0x3C00, 0x4000, (short) 0xC000, 0x0001};
        new RawTensors().shorts("b", Dtype.BF16, List.of(2L, 2L), halves)
                .shorts("h", Dtype.F16, List.of(2L, 2L), halves).floats("f", List.of(2L, 2L), 1, 2, 3, 4)
                .write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            for (String name : List.of("b", "h")) {
                String format = name.equals("b") ? "BF16" : "F16";
                Matrix matrix = checkpoint.matrix(name);
                assertArrayEquals(Arrays.copyOfRange(halves, 2, 4), BlockMatrix.blocks(matrix, 1, format).shorts(2));
                assertNull(BlockMatrix.blocks(matrix, 1, name.equals("b") ? "F16" : "BF16"));
                assertThrows(IndexOutOfBoundsException.class, () -> BlockMatrix.blocks(matrix, 2, format));
            }
            assertNull(BlockMatrix.blocks(checkpoint.matrix("f"), 0, "F32"), "a caller reads these as they are");
            assertEquals(8, checkpoint.storedBytes("b"));
            assertEquals(16, checkpoint.storedBytes("f"));
            assertEquals("BF16", checkpoint.storedAs("b"));
        }
    }

    @Test
    void scalesAreAPartOfWhatIsStored() {
        try (Checkpoint checkpoint = eightBits()) {
            assertEquals(ROWS * COLUMNS + 4 * scales.length, checkpoint.storedBytes("w"));
            assertEquals("FP8", checkpoint.storedAs("w"));
            assertEquals(numbers[3], checkpoint.bytes("w").get(ValueLayout.JAVA_BYTE, 3));
        }
        new RawTensors().add("w", Dtype.F8_E4M3, List.of(2L, 2L), new byte[4])
                .add("v", Dtype.F8_E4M3, List.of(2L), new byte[2]).write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals("F8_E4M3", checkpoint.storedAs("w"));
            assertEquals(4, checkpoint.storedBytes("w"));
            assertEquals(folder + ": w is FP8 without w_scale_inv",
                    assertThrows(CheckpointException.class, () -> checkpoint.matrix("w")).getMessage());
            assertEquals(folder + ": v is FP8 of shape [2], only matrices may be",
                    assertThrows(CheckpointException.class, () -> checkpoint.matrix("v")).getMessage());
        }
    }
}
