package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.tornadomla.bundled.device.KernelTask;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Random kernels give on an OpenCL device what they give as Java: integers bit for bit, floats within 2 ulp. A hundred
 * are one class, which a driver compiles for seconds; {@code -Dmla.random.classes=20} tries 2,000.
 */
class RandomKernelsTest {

    private static final int CLASSES = Integer.getInteger("mla.random.classes", 5);
    private static final int KERNELS = 100;

    @Test
    void deviceAndJavaAgree() {
        OpenClDevice device = OpenClRun.device(false);
        for (int i = 0; i < CLASSES; i++) {
            check(device, 7000 + i, KERNELS);
        }
    }

    private static void check(OpenClDevice device, long seed, int kernels) {
        Class<?> type = RandomKernels.generate("org.tornadomla.random.Kernels" + seed, seed, kernels);
        Random random = new Random(seed);
        IntArray ints = new IntArray(RandomKernels.INPUTS);
        FloatArray floats = new FloatArray(RandomKernels.INPUTS);
        for (int i = 0; i < RandomKernels.INPUTS; i++) {
            ints.set(i, random.nextInt() >> random.nextInt(32));
            floats.set(i, i == 7 ? Float.NaN : (float) random.nextGaussian() * (1 << random.nextInt(20)));
        }
        int results = kernels * RandomKernels.REPEATS * RandomKernels.RESULTS;
        IntArray javaInts = new IntArray(results);
        IntArray javaLongs = new IntArray(2 * results);
        FloatArray javaFloats = new FloatArray(results);
        OpenClRun.inJava(OpenClRun.task(type, "all", ints, floats, javaInts, javaLongs, javaFloats));
        IntArray deviceInts = new IntArray(results);
        IntArray deviceLongs = new IntArray(2 * results);
        FloatArray deviceFloats = new FloatArray(results);
        KernelTask task = OpenClRun.task(type, "all", ints, floats, deviceInts, deviceLongs, deviceFloats);
        OpenClRun.onDevice(device, task, null);
        for (int i = 0; i < results; i++) {
            String where = "seed " + seed + ", kernel " + i / RandomKernels.RESULTS / RandomKernels.REPEATS
                    + ", repetition " + i / RandomKernels.RESULTS % RandomKernels.REPEATS + ", result "
                    + i % RandomKernels.RESULTS;
            assertEquals(javaInts.get(i), deviceInts.get(i), where);
            assertEquals(javaLongs.get(2 * i), deviceLongs.get(2 * i), where + ", lower half of the long");
            assertEquals(javaLongs.get(2 * i + 1), deviceLongs.get(2 * i + 1), where + ", upper half of the long");
            float expected = javaFloats.get(i);
            float actual = deviceFloats.get(i);
            boolean close = Float.compare(expected, actual) == 0
                    || Math.abs(expected - actual) <= 2 * Math.ulp(expected);
            assertTrue(close, () -> where + ": Java has " + expected + ", the device " + actual);
        }
    }
}
