package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.GroupProduct;
import org.tornadomla.kernels.GroupRows;
import org.tornadomla.kernels.training.GroupColumnSums;
import org.tornadomla.kernels.training.GroupGradientProduct;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link ProductSteps} for many cores, of one matrix, or of those of experts on their rows. */
record ManyProducts(Workspace work, ManyGrids grids) implements ProductSteps {

    /**
     * Which rows a product has.
     *
     * @param groups   an array that says so
     * @param rowsAt   where in it
     * @param matrices number of experts; 0 for one matrix of all rows
     */
    record Share(IntArray groups, int rowsAt, int matrices) {

        /** The rows of experts. */
        static Share of(Experts experts) {
            return new Share(experts.groups(), ExpertGrouping.RECORDS, experts.experts());
        }

        /** Groups that units of so many blocks of columns keep busy. */
        private long units(int columns) {
            long blocks = Math.ceilDiv(columns, GroupRows.BLOCK);
            return Math.max(1, matrices) * blocks * GroupRows.CHUNKS;
        }
    }

    private Share all(Tensor x) {
        return new Share(work.sizes(), work.size(x.rows()), 0);
    }

    @Override
    public void linear(StepList steps, Linear op) {
        Tensor bias = op.bias();
        FloatArray added = bias == null ? work.none().floats() : bias.values().floats();
        product(steps, op.y().name(), all(op.x()), op.x().values(), op.w(), added, op.y().values());
    }

    /** y = x W^T, of experts too. */
    void product(StepList steps, String name, Share share, Numbers x, Tensor w, FloatArray bias, Numbers y) {
        int flags = bias.equals(work.none().floats()) ? 0 : GroupRows.BIAS;
        steps.add(name, grids.rows(share.units(y.width())), GroupProduct::rows, new KernelContext(), x.floats(),
                work.none().floats(), w.values().floats(), bias, share.groups, share.rowsAt, -1, 0, share.matrices,
                y.width(), x.width(), x.width(), y.width(), flags, 0f, y.floats());
    }

    @Override
    public void linearWeight(StepList steps, Linear op, int accumulate) {
        weights(steps, "d_" + op.y().name() + "_w", all(op.x()), op.y().gradient(), grids.width(op.y()),
                op.x().values(), accumulate, op.w().gradient());
    }

    @Override
    public void linearInput(StepList steps, Linear op, int accumulate) {
        rows(steps, "d_" + op.y().name() + "_dx", all(op.x()), op.y().gradient(), grids.width(op.y()), op.w().values(),
                accumulate, op.x().gradient());
    }

    /** dx = dy W, of experts too. */
    void rows(StepList steps, String name, Share share, Numbers dy, int outputs, Numbers w, int accumulate,
            Numbers dx) {
        steps.add(name, grids.rows(share.units(dx.width())), GroupGradientProduct::tiles, new KernelContext(),
                dy.floats(), w.floats(), share.groups, share.rowsAt, share.matrices, GroupGradientProduct.OF_ROWS,
                outputs, dy.width(), dx.width(), accumulate, dx.floats());
    }

    /** dW = dy^T x, of experts too. */
    void weights(StepList steps, String name, Share share, Numbers dy, int outputs, Numbers x, int accumulate,
            Numbers dw) {
        long tiles = (long) Math.max(1, share.matrices) * Math.ceilDiv(outputs, GroupRows.BLOCK)
                * Math.ceilDiv(dw.width(), GroupRows.BLOCK);
        steps.add(name, grids.rows(tiles), GroupGradientProduct::tiles, new KernelContext(), dy.floats(), x.floats(),
                share.groups, share.rowsAt, share.matrices, GroupGradientProduct.OF_WEIGHTS, outputs, dy.width(),
                dw.width(), accumulate, dw.floats());
    }

    @Override
    public void columnSums(StepList steps, String name, Tensor of, int accumulate, Numbers to) {
        Numbers gradient = of.gradient();
        steps.add(name, grids.columns(of), GroupColumnSums::sums, new KernelContext(), gradient.floats(), work.sizes(),
                work.size(of.rows()), grids.width(of), gradient.width(), accumulate, to.floats());
    }
}
