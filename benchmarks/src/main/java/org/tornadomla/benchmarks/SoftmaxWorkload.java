package org.tornadomla.benchmarks;

import java.util.Arrays;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.SoftmaxRows;
import org.tornadomla.reference.Operations;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The library's softmax on a device. */
final class SoftmaxWorkload implements Workload {

    /** A comparison, a difference, a sum and a product; an exponential counts as one. */
    private static final double FLOPS_PER_NUMBER = 5;
    /** Scores lie from -SPREAD to SPREAD, so that weights differ by orders of magnitude. */
    private static final float SPREAD = 8;

    private final double[] expected;
    private final FloatArray y;
    private final KernelGraph graph;

    /**
     * Random scores.
     *
     * @param rows of scores
     * @param keys of a row, a multiple of 32
     */
    SoftmaxWorkload(int rows, int keys, Target target) {
        float[] values = Numbers.uniform(rows * keys, 1);
        for (int i = 0; i < values.length; i++) {
            values[i] *= SPREAD;
        }
        double[] scores = Numbers.doubles(values);
        this.expected = new double[values.length];
        for (int row = 0; row < rows; row++) {
            double[] weights = Operations.softmax(Arrays.copyOfRange(scores, row * keys, (row + 1) * keys)).weights();
            System.arraycopy(weights, 0, expected, row * keys, keys);
        }
        FloatArray x = FloatArray.fromArray(values);
        IntArray step = IntArray.fromElements(rows);
        this.y = new FloatArray(values.length);
        this.graph = new KernelGraph("softmax", target, rows,
                (g, name) -> g.task(name, SoftmaxRows::rows, x, step, keys, y), x, step, y);
    }

    @Override
    public Cost cost() {
        return new Cost(FLOPS_PER_NUMBER * expected.length, 2.0 * Float.BYTES * expected.length);
    }

    @Override
    public void run() {
        graph.run();
    }

    @Override
    public double error() {
        graph.run();
        graph.fetch(y);
        return Answers.error(Numbers.floats(y, expected.length), 0, expected);
    }

    @Override
    public void close() {
        graph.close();
    }
}
