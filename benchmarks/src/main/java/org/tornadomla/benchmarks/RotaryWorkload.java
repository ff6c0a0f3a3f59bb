package org.tornadomla.benchmarks;

import java.util.stream.IntStream;
import org.tornadomla.backend.Target;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.kernels.QueryLanes;
import org.tornadomla.kernels.Rotary;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Operations;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The library's rotary embedding of query heads on a device, which puts sixteen heads into the lanes of vectors as it
 * goes; token i is at position i.
 */
final class RotaryWorkload implements Workload {

    private static final int LANES = 16;
    private static final RopeConfig ROPE = RopeConfig.plain(RopeConfig.DEFAULT_THETA, RopeLayout.NEIGHBOURS);
    /** Four products and two sums a pair. */
    private static final double FLOPS_PER_NUMBER = 3;

    private final int numbers;
    private final double[] expected;
    private final VectorFloat16 packed;
    private final KernelGraph graph;

    /**
     * Random queries.
     *
     * @param dim numbers that are rotated of each head, a multiple of 16
     */
    RotaryWorkload(int tokens, int heads, int dim, Target target) {
        this.numbers = tokens * heads * dim;
        float[] values = Numbers.uniform(numbers, 1);
        int groups = (heads + LANES - 1) / LANES;
        this.expected = lanes(
                Operations.rotary(Numbers.doubles(values), IntStream.range(0, tokens).toArray(), heads, dim, ROPE),
                tokens, heads, dim);
        VectorFloat16 q = Numbers.vectors(values);
        FloatArray cosines = floats(ROPE.cosines(dim, tokens));
        FloatArray sines = floats(ROPE.sines(dim, tokens));
        IntArray step = new IntArray(StepLayout.HEADER + tokens * StepLayout.TOKEN_RECORD);
        step.set(StepLayout.HEAD_GROUPS, tokens * groups);
        for (int token = 0; token < tokens; token++) {
            step.set(StepLayout.HEADER + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION, token);
        }
        this.packed = new VectorFloat16(expected.length / LANES);
        int vectors = dim / LANES;
        VectorFloat16 none = new VectorFloat16(1);
        this.graph = new KernelGraph(
                "rotary", target, tokens * groups, (g, name) -> g.task(name, QueryLanes::heads, none, q, cosines, sines,
                        step, StepLayout.HEADER, heads, 0, 0, dim, heads * vectors, 1f, Rotary.NEIGHBOURS, packed),
                none, q, cosines, sines, step, packed);
    }

    /** Rows of heads as lanes: [tokens, groups, dim, 16]; a lane without a head has the last head's numbers. */
    private static double[] lanes(double[] rows, int tokens, int heads, int dim) {
        int groups = (heads + LANES - 1) / LANES;
        double[] lanes = new double[tokens * groups * dim * LANES];
        for (int to = 0; to < lanes.length; to++) {
            int unit = to / (dim * LANES);
            int head = Math.min(unit % groups * LANES + to % LANES, heads - 1);
            lanes[to] = rows[(unit / groups * heads + head) * dim + to / LANES % dim];
        }
        return lanes;
    }

    private static FloatArray floats(double[] values) {
        FloatArray array = new FloatArray(values.length);
        for (int i = 0; i < values.length; i++) {
            array.set(i, (float) values[i]);
        }
        return array;
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
        graph.fetch(packed);
        return Answers.error(Numbers.floats(packed.getArray(), expected.length), 0, expected);
    }

    @Override
    public void close() {
        graph.close();
    }
}
