package org.tornadomla.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.tornadomla.error.ShapeException;

/**
 * How many matrices go into one buffer, at the sizes of DeepSeek-V3: 256 experts and a shared one of 2048 in 7168 wide
 * layers.
 */
class MatrixPackerTest {

    private static final long FOUR_GIBIBYTES = 1L << 32;
    private static final int HIDDEN = 7168;
    private static final int GATE_AND_UP = 2 * 2048;

    @Test
    void expertsOfABuffer() {
        // 2^31 elements of an array, however few bits they have.
        for (NumberFormat type : WeightFormats.ALL) {
            assertEquals(73, new MatrixPacker(type).most(GATE_AND_UP, HIDDEN));
            assertEquals(146, new MatrixPacker(type).most(HIDDEN, GATE_AND_UP / 2));
        }
        assertEquals(36, new MatrixPacker(WeightFormats.F32, FOUR_GIBIBYTES).most(GATE_AND_UP, HIDDEN));
        assertEquals(73, new MatrixPacker(WeightFormats.BF16, FOUR_GIBIBYTES).most(GATE_AND_UP, HIDDEN));
        assertEquals(0, new MatrixPacker(WeightFormats.F32, 1).most(1, 1));
    }

    @Test
    void oneThatIsTooLargeIsRefusedByName() {
        ShapeException refused = assertThrows(ShapeException.class,
                () -> new MatrixPacker(WeightFormats.BF16, FOUR_GIBIBYTES).allocate("head", 74, GATE_AND_UP, HIDDEN));
        assertTrue(
                refused.getMessage()
                        .startsWith("head of 74 x 4096 x 7168 weights needs 4345298944 bytes in one buffer as bf16"),
                refused.getMessage());
    }
}
