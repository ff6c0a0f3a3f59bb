package org.tornadomla.weights;

import java.util.SplittableRandom;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Bf16;
import org.tornadomla.kernels.EmbeddingBf16;
import org.tornadomla.kernels.GroupAbsorbedQueryBf16;
import org.tornadomla.kernels.GroupEmbeddingBf16;
import org.tornadomla.kernels.GroupProductBf16;
import org.tornadomla.kernels.GroupValueUpBf16;
import org.tornadomla.tensor.ArrayFill;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.RowBlock;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Bfloat16 numbers in rows, two in an int, the first in its lower half. */
final class GroupedBfloat16 extends GroupedFormat {

    GroupedBfloat16(NumberFormat format) {
        super(format, Bf16.PACKED);
    }

    @Override
    public PackedMatrix allocate(String what, MatrixShape shape) {
        return new Packed(shape, new IntArray(elements(shape)));
    }

    private final class Packed extends GroupedMatrix {

        private final IntArray values;

        Packed(MatrixShape shape, IntArray values) {
            super(GroupedBfloat16.this, shape);
            this.values = values;
        }

        @Override
        void putRow(int row, RowBlock rows, int place) {
            short[] bits = Bfloat16Format.bits(rows, place);
            int[] all = new int[words(shape())];
            for (int i = 0; i < bits.length; i++) {
                all[i / Bf16.PACKED] |= (bits[i] & 0xFFFF) << i % Bf16.PACKED * Short.SIZE;
            }
            ArrayFill.put(values, (long) row * all.length, all, all.length);
        }

        @Override
        public double number(int index, int output, int input) {
            int word = values.get(row(index, output) * words(shape()) + input / Bf16.PACKED);
            return Bfloat16.toFloat((short) (word >> input % Bf16.PACKED * Short.SIZE));
        }

        @Override
        public void fill(SplittableRandom random) {
            for (int i = 0; i < values.getSize(); i++) {
                int upper = Bfloat16.fromFloat(random.nextFloat() - 0.5f);
                values.set(i, Bfloat16.fromFloat(random.nextFloat() - 0.5f) & 0xFFFF | upper << Short.SIZE);
            }
        }

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }

        @Override
        public void copy(StepList steps, RowCopy c) {
            if (c.inVectors()) {
                steps.add(c.name(), c.loop(), EmbeddingBf16::rows, values, c.step().array(), c.step().tokensAt(),
                        c.width(), c.x().stride(), c.x().vectors());
            } else {
                steps.add(c.name(), grid(steps, c), GroupEmbeddingBf16::rows, context(), values, c.step().array(),
                        c.step().tokensAt(), c.width(), c.x().stride(), c.x().floats());
            }
        }

        @Override
        public void product(StepList steps, Product p) {
            RowGroups rows = p.rows();
            steps.add(p.name(), grid(steps, p), GroupProductBf16::rows, context(), p.x().floats(), norm(p), values,
                    p.biasFloats(), rows.array(), rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(),
                    shape().outputs(), shape().inputs(), p.x().stride(), p.y().stride(), flags(p), eps(p),
                    p.y().floats());
        }

        @Override
        public void absorbedQuery(StepList steps, HeadQueries q) {
            HeadQueries.PoolWrite p = q.write();
            steps.add(q.name(), grid(steps, q), GroupAbsorbedQueryBf16::rows, context(), q.queries(), values, q.step(),
                    q.heads(), q.inputs(), q.headRows(), shape().inputs(), q.stride(), q.head(), p.kv(), p.stride(),
                    p.norm(), p.angles(), p.flags(), p.pool(), p.pairs(), q.packed());
        }

        @Override
        public void valueUp(StepList steps, HeadValues v) {
            steps.add(v.name(), grid(steps, v), GroupValueUpBf16::rows, context(), v.partial(), values, v.step(),
                    v.maxSplits(), v.heads(), v.outputs(), v.headRows(), v.rowAt(), shape().inputs(), v.statisticsAt(),
                    v.heads() * v.outputs(), v.values());
        }
    }
}
