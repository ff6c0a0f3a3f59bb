package org.tornadomla.benchmarks;

import org.tornadomla.backend.Target;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task16;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The library's matrix product on a device. */
final class MatMulWorkload implements Workload {

    private static final int LANES = 16;

    private final MatMulData data;
    private final VectorFloat16 y;
    private final KernelGraph graph;

    /** What {@link MatMul#rows} takes. */
    @FunctionalInterface
    interface Kernel
            extends
                Task16<FloatArray, VectorFloat16, VectorFloat16, IntArray, Integer, Integer, Integer, Integer, Integer,
                        Integer, Integer, Integer, Integer, Integer, Integer, VectorFloat16> {
    }

    MatMulWorkload(MatMulData data, Target target) {
        this(data, target, MatMul::rows);
    }

    /** With a kernel in place of the library's. */
    MatMulWorkload(MatMulData data, Target target, Kernel kernel) {
        this.data = data;
        int columns = data.columns();
        int inner = data.inner();
        FloatArray x = FloatArray.fromArray(data.x());
        VectorFloat16 w = Packing.columns(Matrix.of(columns, inner, data.w()), columns, MatMul.BLOCK, row -> row);
        VectorFloat16 bias = new VectorFloat16(1);
        IntArray step = IntArray.fromElements(data.rows(), 1);
        this.y = new VectorFloat16(data.rows() * columns / LANES);
        this.graph = new KernelGraph("matmul", target, columns / MatMul.BLOCK, (g, name) -> g.task(name, kernel, x, w,
                bias, step, 1, 0, -1, 0, 0, columns, inner, inner, columns / LANES, 0, 0, y), x, w, bias, step, y);
    }

    @Override
    public Cost cost() {
        return data.cost();
    }

    @Override
    public void run() {
        graph.run();
    }

    @Override
    public double error() {
        graph.run();
        graph.fetch(y);
        return Answers.error(Numbers.floats(y.getArray(), data.expected().length), 0, data.expected());
    }

    @Override
    public void close() {
        graph.close();
    }
}
