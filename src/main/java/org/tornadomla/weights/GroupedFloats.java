package org.tornadomla.weights;

import java.util.SplittableRandom;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.GroupAbsorbedQuery;
import org.tornadomla.kernels.GroupEmbedding;
import org.tornadomla.kernels.GroupProduct;
import org.tornadomla.kernels.GroupValueUp;
import org.tornadomla.tensor.ArrayFill;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** 32-bit numbers in rows. */
final class GroupedFloats extends GroupedFormat {

    GroupedFloats(NumberFormat format) {
        super(format, 1);
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(shape, Sizes.floats(what, places(shape)));
    }

    private final class Packed extends GroupedMatrix {

        private final FloatArray values;

        Packed(MatrixShape shape, FloatArray values) {
            super(GroupedFloats.this, shape);
            this.values = values;
        }

        @Override
        void putRow(int row, RowBlock rows, int place) {
            ArrayFill.put(values, (long) row * shape().inputs(), rows.numbers(place), rows.columns());
        }

        @Override
        public double number(int index, int output, int input) {
            return values.get(row(index, output) * shape().inputs() + input);
        }

        @Override
        public void fill(SplittableRandom random) {
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, random.nextFloat() - 0.5f);
            }
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }

        @Override
        public void copy(StepList steps, RowCopy c) {
            steps.add(c.name(), grid(steps, c), GroupEmbedding::rows, context(), values, c.step().array(),
                    c.step().tokensAt(), c.width(), c.x().stride(), c.x().floats());
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), grid(steps, p), GroupProduct::rows, context(), p.x().floats(), norm(p), values,
                    p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(),
                    shape().outputs(), shape().inputs(), p.x().stride(), p.y().stride(), flags(p), eps(p),
                    p.y().floats());
        }

        @Override
        public void absorbedQuery(StepList steps, HeadQueries q) {
            HeadQueries.PoolWrite p = q.write();
            steps.add(q.name(), grid(steps, q), GroupAbsorbedQuery::rows, context(), q.queries(), values, q.step(),
                    q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(), q.head(), p.kv(), p.stride(),
                    p.norm(), p.angles(), p.flags(), p.pool(), p.pairs(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, HeadValues v) {
            steps.add(v.name(), grid(steps, v), GroupValueUp::rows, context(), v.partial(), values, v.step(),
                    v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(), shape().inputs(), v.statisticsAt(),
                    v.heads() * v.outputs(), v.values());
        }
    }
}
