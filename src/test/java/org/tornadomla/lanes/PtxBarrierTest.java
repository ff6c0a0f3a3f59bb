package org.tornadomla.lanes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Barriers of the stand-in for NVIDIA's driver: they hold, and one that is missing is seen in the numbers. */
class PtxBarrierTest {

    private static final int ITEMS = 64;
    private static final long[] IN = IntStream.range(0, ITEMS).mapToLong(i -> i * 7 + 1).toArray();

    private static long[] rounds(CudaOnHost device, String text) {
        long in = device.buffer(IN);
        long out = device.buffer(new long[ITEMS]);
        assertEquals(0, device.launch(device.kernel(text, "rounds"), 1, ITEMS, in, out), device::said);
        long[] result = device.read(out, ITEMS);
        device.free(in, out);
        return result;
    }

    private static long[] expected() {
        long[] words = IN.clone();
        for (int round = 0; round < 2; round++) {
            long[] before = words;
            words = IntStream.range(0, ITEMS)
                    .mapToLong(i -> (before[(i + 1) % ITEMS] * 3 + before[(i + ITEMS - 1) % ITEMS])).toArray();
        }
        return words;
    }

    @Test
    void barriersHold() {
        assertArrayEquals(expected(), rounds(CudaOnHost.device(), PtxSnippets.text("barriers")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bar.sync 0; // written", "barrier.sync 0; // read"})
    void aBarrierThatIsMissingGivesWrongNumbers(String barrier) {
        String text = PtxSnippets.text("barriers");
        assertTrue(text.contains(barrier));
        long[] result = rounds(CudaOnHost.device(), text.replace(barrier, ""));
        assertFalse(Arrays.equals(expected(), result), "the numbers are right without " + barrier);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uneven: 4 of 8 work-items of a group ended while others wait at the barrier",
        "crossed: work-items of a group wait at different barriers"})
    void workItemsThatNeverMeetAreAnError(String expected) {
        CudaOnHost device = CudaOnHost.device();
        String kernel = expected.substring(0, expected.indexOf(':'));
        long function = device.kernel(PtxSnippets.text("barriers"), kernel);
        assertEquals(CudaOnHost.LAUNCH_FAILED, device.launch(function, 1, 8, 0, 0));
        assertTrue(device.said().contains(expected), device::said);
    }
}
