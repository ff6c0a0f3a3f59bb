package org.tornadomla.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Marks of an axis, and where numbers stand on it. */
class AxisTest {

    @Test
    void powersHaveALineEach() {
        Axis axis = Axis.powers(-3, 1);
        assertEquals(List.of("0.001", "0.01", "0.1", "1", "10"), axis.labels());
        assertEquals(0.5, axis.height(0.1), 1e-12);
        assertEquals(0.25, axis.height(0.01), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"1e-9, 0", "0, 0", "-5, 0", "10, 1", "1e9, 1"})
    void whatHasNoPlaceStandsOnAnEdge(double number, double height) {
        assertEquals(height, Axis.powers(-3, 1).height(number));
    }

    /** The steps are 1, 2 or 5 times a power of ten, and at most ten lines enclose all numbers. */
    @ParameterizedTest
    @CsvSource({"0, 1, 0.2, 0.0", "0.1, 0.75, 0.1, 0.1", "2.31, 4.9, 0.5, 2.0", "-3, 47, 10, -10", "100, 4000, 500, 0"})
    void evenStepsEncloseAllNumbers(double least, double most, double step, String lowest) {
        Axis axis = Axis.even(least, most);
        List<Double> marks = axis.marks();
        assertEquals(step, marks.get(1) - marks.get(0), 1e-9);
        assertEquals(lowest, axis.labels().getFirst());
        assertTrue(marks.getFirst() <= least && marks.getLast() >= most && marks.size() <= 10, marks.toString());
        assertEquals(0, axis.height(marks.getFirst()));
        assertEquals(1, axis.height(marks.getLast()));
        assertEquals(0, axis.height(least - 1000));
    }

    /** A loss that does not change has a chart too. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2.302585", "-4"})
    void oneNumberHasAPlace(double number) {
        double height = Axis.even(number, number).height(number);
        assertTrue(height >= 0 && height <= 1, "" + height);
    }
}
