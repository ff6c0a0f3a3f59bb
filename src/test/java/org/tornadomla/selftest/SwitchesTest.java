package org.tornadomla.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tornadomla.layers.FewCores;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.LatentWrite;
import org.tornadomla.kernels.Rotary;
import org.tornadomla.kernels.Unpack;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The self-test runs each way that a kernel can go, and no size twice. */
class SwitchesTest {

    private final VectorFloat16 vectors = new VectorFloat16(1);
    private final FloatArray floats = new FloatArray(16);
    private final IntArray step = new IntArray(16);

    private Step unpack(int width) {
        return new StepList().add("unpack", Grid.loop(1), Unpack::rows, vectors, step, 0, width, 1, floats).steps()
                .getFirst();
    }

    private Step write(int layout) {
        return new StepList().add("write", Grid.loop(1), LatentWrite::rows, vectors, vectors, floats, floats, step, 16,
                16, 2, 2, 1, 1e-6f, layout, vectors).steps().getFirst();
    }

    @Test
    void aSizeOfOneIsNoSwitch() {
        assertEquals(StepCheck.signature(unpack(16)), StepCheck.signature(unpack(1)));
        assertEquals(List.of(), Switches.of(unpack(1)));
    }

    @Test
    void aSwitchMayBeTwo() {
        assertNotEquals(StepCheck.signature(write(Rotary.EVENS_THEN_ODDS)), StepCheck.signature(write(Rotary.HALVES)));
        assertEquals(3, List.of(Rotary.NEIGHBOURS, Rotary.EVENS_THEN_ODDS, Rotary.HALVES).stream()
                .map(layout -> StepCheck.signature(write(layout))).distinct().count());
    }

    /** Products add to what stands there or not, with a bias or without. */
    @Test
    void everyWayOfAProductOfTheSampleIsChecked() {
        List<String> ways = new SampleDecoder(FewCores.LOOPS).steps().stream()
                .filter(sample -> sample.kernel().equals("MatMul.rows")).map(StepCheck::signature).distinct()
                .collect(Collectors.toList());
        assertEquals(4, ways.size(), ways::toString);
        assertTrue(ways.stream().allMatch(way -> way.contains("hasBias=") && way.contains("accumulate=")));
    }
}
