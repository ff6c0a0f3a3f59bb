package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.kernels.StepLayout;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** What a round may hold: each number has a least, what is left out follows from the rest, and an array has an end. */
class CapacityTest {

    private static final String[] NAMES = {"tokens", "sequences", "outputs", "writes", "tableLength", "pageTokens",
        "slots", "positions", "units", "maxSplits", "expandedKeys", "maskFloats"};

    /** The capacity of these numbers, in the order of its components. */
    private static Capacity of(int... n) {
        return new Capacity(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11]);
    }

    private static int[] least() {
        return new int[]{2, 1, 1, 1, 1, 1, 1, 1, 2, 1, 0, 0};
    }

    static Stream<Arguments> tooSmall() {
        // Of units there are as many as tokens at least.
        return Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 9).map(place -> Arguments.of(place, 0, 1)).flatMap(
                each -> Stream.of(each, Arguments.of(8, 1, 2), Arguments.of(10, -1, 0), Arguments.of(11, -1, 0)))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("tooSmall")
    void whatIsTooSmallIsNamed(int place, int value, int allowed) {
        assertDoesNotThrow(() -> of(least()));
        int[] numbers = least();
        numbers[place] = value;
        assertEquals("capacity " + NAMES[place] + " is " + value + ", must be at least " + allowed,
                assertThrows(ConfigurationException.class, () -> of(numbers)).getMessage());
    }

    @Test
    void whatIsLeftOutFollowsFromTheRest() {
        Capacity.Builder builder = Capacity.builder().tokens(8).sequences(3).pages(16, 5, 80).positions(77);
        assertEquals(of(8, 3, 3, 8 + 3 * 16, 5, 16, 80, 77, 8, 1, 0, 0), builder.build());
        assertEquals(of(8, 3, 2, 9, 5, 16, 80, 77, 30, 4, 100, 200),
                builder.outputs(2).writes(9).splits(4, 30).expandedKeys(100).maskFloats(200).build());
        assertEquals(1, Capacity.builder().tokens(8).pages(16, 5, 80).positions(77).build().sequences());
    }

    /** A device has several units of work for each of its own, and each token has one. */
    @Test
    void aDeviceIsKeptBusy() {
        Capacity.Builder builder = Capacity.builder().pages(16, 5, 80).positions(77);
        assertEquals(64, builder.tokens(8).splitsFor(2).build().units(), "a small device");
        assertEquals(64, builder.splitsFor(2).build().maxSplits());
        assertEquals(400, builder.splitsFor(100).build().units(), "a large one");
        assertEquals(1000, builder.tokens(1000).splitsFor(100).build().units(), "many tokens");
    }

    @Test
    void tilesAreFullOrTheRestOfASequence() {
        Capacity.Builder builder = Capacity.builder().pages(16, 5, 80).positions(77);
        int tile = StepLayout.TILE_TOKENS;
        assertEquals(3 + 2, builder.tokens(3 * tile + 1).sequences(2).build().tiles());
        assertEquals(2, builder.tokens(2).sequences(9).build().tiles(), "no more than tokens");
    }

    @Test
    void anArrayHoldsSoManyNumbersAndNoMore() {
        assertEquals(Sizes.MOST, Sizes.checked("rows", Sizes.MOST));
        assertEquals(
                "buffer of rows needs " + (Sizes.MOST + 1) + " numbers, one array holds at most " + Sizes.MOST
                        + "; use fewer tokens a round or smaller batches",
                assertThrows(ShapeException.class, () -> Sizes.checked("rows", Sizes.MOST + 1)).getMessage());
        assertEquals(3, Sizes.floats("rows", 3).getSize());
        assertEquals(3, Sizes.ints("rows", 3).getSize());
        assertEquals(32, Sizes.vectors("rows", 32).getArray().getSize());
    }

    @Test
    void aDeviceHasALargestBuffer() {
        long bytes = 100 * Float.BYTES + TornadoNativeArray.ARRAY_HEADER;
        assertDoesNotThrow(() -> Sizes.requireFloats("scores", 100, bytes));
        assertEquals(
                "scores needs 100 floats in one buffer, allowed are at most " + Sizes.MOST + " and on this device "
                        + (bytes - 1) + " bytes; use a device with larger buffers",
                assertThrows(ShapeException.class, () -> Sizes.requireFloats("scores", 100, bytes - 1)).getMessage());
        assertDoesNotThrow(() -> Sizes.requireFloats("scores", Sizes.MOST, Long.MAX_VALUE));
        assertThrows(ShapeException.class, () -> Sizes.requireFloats("scores", Sizes.MOST + 1, Long.MAX_VALUE));
    }
}
