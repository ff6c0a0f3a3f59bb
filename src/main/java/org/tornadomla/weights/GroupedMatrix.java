package org.tornadomla.weights;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.GroupMerge;
import org.tornadomla.kernels.GroupRows;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Matrices in rows of outputs, for kernels of work-groups. */
abstract class GroupedMatrix extends PackedMatrix {

    /** Outputs of a unit of a kernel that takes few rows. */
    private static final int OUTPUTS = 4;

    GroupedMatrix(NumberFormat format, MatrixShape shape) {
        super(format, shape);
    }

    /** Number of a row of weights among all. */
    final int row(int index, int output) {
        return index * shape().outputs() + output;
    }

    @Override
    protected final void putBlock(int index, RowBlock rows) {
        for (int place = 0; place < rows.count(); place++) {
            if (rows.has(place)) {
                putRow(row(index, rows.first() + place), rows, place);
            }
        }
    }

    /**
     * Packs the weights of an output.
     *
     * @param row   number of the output's row among all
     * @param place of the output among the rows
     */
    abstract void putRow(int row, RowBlock rows, int place);

    @Override
    protected final void putInput(int index, RowBlock row) {
        throw new IllegalStateException("weights in rows come an output at a time");
    }

    /** A step's context, which the runtime fills. */
    static KernelContext context() {
        return new KernelContext();
    }

    /** The grid of a product: a group a chunk of outputs, or a tile. */
    final Grid grid(StepList steps, Product p) {
        long chunks = (long) Padding.toMultiple(shape().outputs(), GroupRows.BLOCK) / OUTPUTS;
        return steps.groups().grid(p.rows().most() * chunks);
    }

    /** The grid of the way into the latent space: a group a head and some of its numbers, and one a row to write. */
    final Grid grid(StepList steps, HeadQueries q) {
        long heads = (long) q.packed().getSize() / steps.groups().items() + q.heads();
        return steps.groups().grid(heads + q.packed().getSize() / (q.heads() * shape().inputs()));
    }

    /** The grid of a step that copies rows: a work-item a number. */
    final Grid grid(StepList steps, RowCopy c) {
        long numbers = (long) c.step().capacity().tokens() * c.width();
        return steps.groups().grid(Math.ceilDiv(numbers, steps.groups().items()));
    }

    /** The grid of the way out of the latent space. */
    final Grid grid(StepList steps, HeadValues v) {
        return steps.groups().grid(v.values().getSize() / GroupMerge.OUTPUTS + 1L);
    }

    /** What a product does beside its sums, as kernels take it. */
    static int flags(Product p) {
        return (p.biased() ? GroupRows.BIAS : 0) + (p.added() ? GroupRows.ACCUMULATE : 0)
                + (p.x().norm().isPresent() ? GroupRows.NORM : 0) + (p.gated() ? GroupRows.GATED : 0);
    }

    /** The weight of the norm on the rows that a product reads; one that no kernel reads where there is none. */
    static FloatArray norm(Product p) {
        return p.x().norm().map(norm -> norm.floats()).orElseGet(() -> p.biasFloats());
    }

    /** What that norm adds to the mean square. */
    static float eps(Product p) {
        return p.x().norm().map(Rows.Norm::eps).orElse(0f);
    }
}
