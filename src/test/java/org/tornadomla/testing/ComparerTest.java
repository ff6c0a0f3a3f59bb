package org.tornadomla.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The comparer can fail, and says where and by how much. */
class ComparerTest {

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    private static String failure(double[] actual, double[] expected, double allowed) {
        return assertThrows(AssertionError.class, () -> Comparer.assertClose("y", actual, expected, allowed))
                .getMessage();
    }

    @Test
    void measuresAgainstTheLargestExpectedMagnitude() {
        Comparer measured = Comparer.compare(new double[]{1, -7.5, 3}, new double[]{1, -8, 3.25});
        assertEquals(0.5, measured.absolute());
        assertEquals(0.0625, measured.relative());
        assertEquals(1, measured.index());
        assertTrue(measured.cosine() > 0.99 && measured.cosine() < 1);
        Comparer.assertClose("y", new double[]{1, -7.5, 3}, new double[]{1, -8, 3.25}, 0.0625);
        assertTrue(failure(new double[]{1, -7.5, 3}, new double[]{1, -8, 3.25}, 0.06).contains("[1]: -7.5"));
    }

    @Test
    void specialValuesMustMatchFirst() {
        double[] special = {Double.NaN, INFINITE, -INFINITE, 2};
        Comparer.assertClose("y", special, special.clone(), 0);
        assertTrue(failure(new double[]{Double.NaN}, new double[]{1}, 1e9).contains("[0] is NaN"));
        assertTrue(failure(new double[]{0, INFINITE}, new double[]{0, -INFINITE}, 1e9).contains("[1] is Infinity"));
    }

    @Test
    void errorsAgainstZeroAreInfinite() {
        assertTrue(failure(new double[]{1e-30}, new double[]{0}, 1e9).contains("Infinity"));
        Comparer.assertClose("y", new double[2], new double[2], 0);
        Comparer.assertClose("y", new double[0], new double[0], 0);
        assertTrue(failure(new double[1], new double[2], 1).contains("length 1, expected 2"));
    }
}
