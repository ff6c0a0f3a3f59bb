package org.tornadomla.weights;

import java.util.SplittableRandom;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.GroupAbsorbedQueryF16;
import org.tornadomla.kernels.GroupProductF16;
import org.tornadomla.kernels.GroupValueUpF16;
import org.tornadomla.tensor.ArrayFill;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** 16-bit IEEE numbers in rows. */
final class GroupedHalves extends GroupedFormat {

    GroupedHalves(NumberFormat format) {
        super(format, 1);
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(shape, new HalfFloatArray(elements(shape)));
    }

    private final class Packed extends GroupedMatrix {

        private final HalfFloatArray values;

        Packed(MatrixShape shape, HalfFloatArray values) {
            super(GroupedHalves.this, shape);
            this.values = values;
        }

        @Override
        void putRow(int row, RowBlock rows, int place) {
            ArrayFill.put(values, (long) row * shape().inputs(), HalfFormat.bits(rows, place), rows.columns());
        }

        @Override
        public double number(int index, int output, int input) {
            return values.get(row(index, output) * shape().inputs() + input).getFloat32();
        }

        @Override
        public void fill(SplittableRandom random) {
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, new HalfFloat(random.nextFloat() - 0.5f));
            }
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), grid(steps, p), GroupProductF16::rows, context(), p.x().floats(), norm(p), values,
                    p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(),
                    shape().outputs(), shape().inputs(), p.x().stride(), p.y().stride(), flags(p), eps(p),
                    p.y().floats());
        }

        @Override
        public void absorbedQuery(StepList steps, HeadQueries q) {
            HeadQueries.PoolWrite p = q.write();
            steps.add(q.name(), grid(steps, q), GroupAbsorbedQueryF16::rows, context(), q.queries(), values, q.step(),
                    q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(), q.head(), p.kv(), p.stride(),
                    p.norm(), p.angles(), p.flags(), p.pool(), p.pairs(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, HeadValues v) {
            steps.add(v.name(), grid(steps, v), GroupValueUpF16::rows, context(), v.partial(), values, v.step(),
                    v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(), shape().inputs(), v.statisticsAt(),
                    v.heads() * v.outputs(), v.values());
        }
    }
}
