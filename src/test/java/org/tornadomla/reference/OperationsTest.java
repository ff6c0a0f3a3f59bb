package org.tornadomla.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.ShapeException;
import org.tornadomla.testing.Seeds;

/** Single operations against numbers worked out by hand. */
class OperationsTest {

    /** Half a unit of the fifth decimal, to which the numbers are given. */
    private static final double FIVE_DECIMALS = 5e-6;

    @ParameterizedTest
    @EnumSource
    void rotaryLayouts(RopeLayout layout) {
        double[] expected = switch (layout) {
            case NEIGHBOURS -> new double[]{-1.14264, 1.92208, 2.95985, 4.02980};
            case EVENS_THEN_ODDS -> new double[]{-1.14264, 2.95985, 1.92208, 4.02980};
            case HALVES -> new double[]{-1.98411, 1.95990, 2.46238, 4.01980};
        };
        RopeConfig rope = RopeConfig.plain(10_000, layout);
        double[] rotated = Operations.rotary(new double[]{1, 2, 3, 4}, new int[]{1}, 1, 4, rope);
        assertArrayEquals(expected, rotated, FIVE_DECIMALS);
    }

    @ParameterizedTest
    @EnumSource
    void rotaryTurnsEveryHeadOfARowByTheRowsPosition(RopeLayout layout) {
        RopeConfig rope = RopeConfig.plain(10_000, layout);
        double[] vector = {1, 2, 3, 4};
        double[] rows = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};
        double[] rotated = Operations.rotary(rows, new int[]{3, 9}, 2, 4, rope);
        double[] third = Operations.rotary(vector, new int[]{3}, 1, 4, rope);
        double[] ninth = Operations.rotary(vector, new int[]{9}, 1, 4, rope);
        for (int i = 0; i < 4; i++) {
            assertEquals(third[i], rotated[4 + i]);
            assertEquals(ninth[i], rotated[8 + i]);
        }
    }

    @Test
    void softmaxDividesByTheRootOfTheWidth() {
        double scale = 1 / Math.sqrt(4);
        double[] weights = Operations.softmax(new double[]{scale, 0}).weights();
        assertArrayEquals(new double[]{0.62246, 0.37754}, weights, FIVE_DECIMALS);
    }

    @Test
    void softmaxOfLargeScoresIsFinite() {
        Operations.Softmax softmax = Operations.softmax(new double[]{5000, 5000 + Math.log(3)});
        assertArrayEquals(new double[]{0.25, 0.75}, softmax.weights(), 1e-12);
        assertEquals(5000 + Math.log(4), softmax.logSum(), 1e-9);
    }

    @Test
    void aRowThatSeesNoKeyIsZeroAndLeavesTheOtherPart() {
        double[] hidden = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        Operations.Softmax softmax = Operations.softmax(hidden);
        assertArrayEquals(new double[2], softmax.weights());
        assertEquals(Double.NEGATIVE_INFINITY, softmax.logSum());
        assertEquals(Double.NEGATIVE_INFINITY, Operations.softmax(new double[0]).logSum());
        double[] other = {0.1, -3};
        double[] unread = {Double.NaN, Double.NaN};
        assertArrayEquals(other, Operations.merge(unread, Double.NEGATIVE_INFINITY, other, 7));
        assertArrayEquals(other, Operations.merge(other, 7, unread, Double.NEGATIVE_INFINITY));
    }

    @Test
    void mergeWeighsByNaturalLogSums() {
        assertArrayEquals(new double[]{0.75, 0.25},
                Operations.merge(new double[]{1, 0}, Math.log(3), new double[]{0, 1}, 0), 1e-15);
    }

    /** 5 heads of 251 keys, cut anywhere, merge to the whole. */
    @Test
    void mergedPartsEqualTheWhole() {
        int heads = 5;
        int keys = 251;
        float[] scores = Seeds.normal(1, heads * keys, 3);
        for (int head = 0; head < heads; head++) {
            int cut = 1 + 50 * head;
            double[] whole = part(scores, head * keys, keys);
            double[] left = part(scores, head * keys, cut);
            double[] right = part(scores, head * keys + cut, keys - cut);
            double[] merged = Operations.merge(new double[]{left[0]}, left[1], new double[]{right[0]}, right[1]);
            assertEquals(whole[0], merged[0], 1e-12);
        }
    }

    /** Weighted sum of the values sin(index), and the log-sum. */
    private static double[] part(float[] scores, int start, int count) {
        double[] row = new double[count];
        for (int i = 0; i < count; i++) {
            row[i] = scores[start + i];
        }
        Operations.Softmax softmax = Operations.softmax(row);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += softmax.weights()[i] * Math.sin(start + i);
        }
        return new double[]{sum, softmax.logSum()};
    }

    @Test
    void matmulTakesRowsOfTheWeightAsOutputs() {
        float[] weight = {1, 2, 3, 4, 5, 6};
        assertArrayEquals(new double[]{14 + 10, 32 + 20, 1 + 10, 4 + 20},
                Operations.matmul(new double[]{1, 2, 3, 1, 0, 0}, 2, weight, 2, 3, new float[]{10, 20}));
    }

    @Test
    void rmsNormDividesByTheRootOfTheMeanSquare() {
        assertArrayEquals(new double[]{3 / Math.sqrt(12.5), 8 / Math.sqrt(12.5)},
                Operations.rmsNorm(new double[]{3, 4}, 1, new float[]{1, 2}, 0), 1e-15);
        assertArrayEquals(new double[2], Operations.rmsNorm(new double[2], 1, new float[]{1, 2}, 1e-6));
    }

    @Test
    void siluIsGatedBySigmoid() {
        assertEquals(0.7310585786300049, Operations.silu(1), 1e-15);
        assertEquals(0, Operations.silu(-1e4), Double.MIN_VALUE);
    }

    @Test
    void wrongLengthsAreNamed() {
        assertThrows(ShapeException.class, () -> Operations.matmul(new double[5], 2, new float[6], 2, 3, null));
        assertThrows(ShapeException.class, () -> Operations.matmul(new double[6], 2, new float[5], 2, 3, null));
        assertThrows(ShapeException.class, () -> Operations.matmul(new double[6], 2, new float[6], 2, 3, new float[3]));
        assertThrows(ShapeException.class, () -> Operations.rmsNorm(new double[5], 2, new float[3], 0));
    }
}
