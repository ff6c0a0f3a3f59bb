package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.bundled.device.NdRange;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The rarer operators, functions and types of {@link OperatorKernels} leave the bits that plain Java leaves. */
class OperatorTest {

    private static final int N = 120;
    private static final int[] EDGES = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 31, -7, 255};
    private static final float[] FLOAT_EDGES = {0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE, 0.1f};

    private static OpenClDevice device;
    private static OpenClDevice gpu;

    private final Random random = new Random(7);

    @BeforeAll
    static void find() {
        device = OpenClRun.device(false);
        gpu = DescribedGpuTest.gpu(device.handle(), 64);
    }

    private static void check(String kernel, Object... arguments) {
        OpenClRun.assertSameBits(device, OperatorKernels.class, kernel, arguments);
    }

    private IntArray ints() {
        IntArray array = new IntArray(N);
        for (int i = 0; i < N; i++) {
            array.set(i, i < EDGES.length ? EDGES[i] : random.nextInt() >> random.nextInt(32));
        }
        return array;
    }

    /** Edges, of which two arrays have all pairs, and others. */
    private FloatArray floats(int step) {
        FloatArray array = new FloatArray(N);
        for (int i = 0; i < N; i++) {
            array.set(i, i < 100 ? FLOAT_EDGES[i / step % 10] : random.nextFloat() * 20f - 10f);
        }
        return array;
    }

    @Test
    void remaindersOfReals() {
        check("remainders", floats(1), floats(10), new FloatArray(2 * N));
    }

    @Test
    void functionsOfReals() {
        check("functions", floats(1), floats(10), new FloatArray(7 * N));
    }

    @Test
    void wholeNumbers() {
        check("wholeNumbers", ints(), new IntArray(3 * N));
    }

    @Test
    void finalFieldsOfEachTypeAreConstants() {
        check("statics", new IntArray(30));
    }

    @Test
    void elementsThatAreUsedAgainAndResultsThatNobodyUses() {
        check("shuffles", ints(), new IntArray(N));
    }

    @Test
    void aLoopWhoseBoundIsStoredInItRunsEachIterationOnce() {
        for (OpenClDevice where : new OpenClDevice[]{device, gpu}) {
            OpenClRun.assertSameBits(where, OperatorKernels.class, "storedBounds", IntArray.fromElements(61),
                    new IntArray(64));
        }
    }

    @Test
    void argumentsOfEachTypeAreConstants() {
        for (boolean flag : new boolean[]{true, false}) {
            check("arguments", new IntArray(20), flag, (short) -70, 2.75, 5L << 30, 12);
        }
    }

    @Test
    void theBitsOfAHalf() {
        HalfFloatArray halves = new HalfFloatArray(N);
        for (int i = 0; i < N; i++) {
            halves.set(i, new HalfFloat(i * -1.7f));
        }
        check("halfBits", halves, new IntArray(N));
    }

    @Test
    void aBarrierOfAGroupForTheMemoryOfAll() {
        IntArray data = new IntArray(64);
        for (int i = 0; i < 64; i++) {
            data.set(i, i * 10);
        }
        OpenClRun.onDevice(device, OpenClRun.task(OperatorKernels.class, "swapped", new KernelContext(), data),
                new NdRange(new long[]{64, 1, 1}, new long[]{16, 1, 1}));
        for (int i = 0; i < 64; i++) {
            assertEquals((i ^ 1) * 10 + 1, data.get(i), "element " + i);
        }
    }
}
