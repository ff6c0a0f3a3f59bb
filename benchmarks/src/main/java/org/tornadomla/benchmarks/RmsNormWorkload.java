package org.tornadomla.benchmarks;

import org.tornadomla.backend.Target;
import org.tornadomla.kernels.RmsNorm;
import org.tornadomla.reference.Operations;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The library's root-mean-square norm on a device. */
final class RmsNormWorkload implements Workload {

    private static final int LANES = 16;
    private static final float EPS = 1e-6f;
    /** Squares and their sum, the factor twice. */
    private static final double FLOPS_PER_NUMBER = 4;

    private final int numbers;
    private final double[] expected;
    private final FloatArray y;
    private final KernelGraph graph;

    /**
     * Random rows.
     *
     * @param width a multiple of 16
     */
    RmsNormWorkload(int rows, int width, Target target) {
        this.numbers = rows * width;
        float[] values = Numbers.uniform(numbers, 1);
        float[] weights = Numbers.uniform(width, 2);
        this.expected = Operations.rmsNorm(Numbers.doubles(values), rows, weights, EPS);
        VectorFloat16 x = Numbers.vectors(values);
        VectorFloat16 weight = Numbers.vectors(weights);
        IntArray step = IntArray.fromElements(rows);
        this.y = new FloatArray(numbers);
        this.graph = new KernelGraph("rms_norm", target, rows,
                (g, name) -> g.task(name, RmsNorm::rows, x, weight, step, 0, width, width / LANES, EPS, y), x, weight,
                step, y);
    }

    @Override
    public Cost cost() {
        return new Cost(FLOPS_PER_NUMBER * numbers, 2.0 * Float.BYTES * numbers);
    }

    @Override
    public void run() {
        graph.run();
    }

    @Override
    public double error() {
        graph.run();
        graph.fetch(y);
        return Answers.error(Numbers.floats(y, numbers), 0, expected);
    }

    @Override
    public void close() {
        graph.close();
    }
}
