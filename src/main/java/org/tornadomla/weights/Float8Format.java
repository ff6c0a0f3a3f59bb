package org.tornadomla.weights;

import org.tornadomla.backend.Target;
import org.tornadomla.backend.Support;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulFloat8;

/**
 * Floating numbers of 8 bits with a scale for each 128 inputs of an output: FP8 in squares of 128 x 128, as DeepSeek-V3
 * publishes it, with the scale of a square once for each of its outputs.
 */
final class Float8Format extends ScaledIntegers {

    Float8Format(String name) {
        super(name, Byte.SIZE);
    }

    /** Without bit casts a number is worked out, which takes longer than to read a wide one. */
    @Override
    public boolean isFast(Target target) {
        return target.manyCores() || target.limits().bitCasts() == Support.YES;
    }

    /** There are no kernels that copy such rows. */
    @Override
    public NumberFormat ofTables() {
        return WeightFormats.F32;
    }

    @Override
    PackedMatrix allocate(String what, MatrixShape shape, MatrixShape room, IntLanes values) {
        return new Packed(shape, room, values, roomForScales(what, shape)) {
            @Override
            public void product(StepList steps, Product p) {
                RowGroups rows = p.rows();
                steps.add(p.name(), rows.grid(shape().columns() / MatMul.BLOCK), MatMulFloat8::rows, p.x().floats(),
                        values().vectors(), scales(), block().groupLength(), p.biasVectors(), rows.array(),
                        rows.activeAt(), rows.rowsAt(), rows.tokensAt(), rows.first(), rows.matrices(),
                        shape().columns(), shape().inputs(), p.x().stride(), p.y().stride(), p.hasBias(),
                        p.accumulate(), p.y().vectors());
            }
        };
    }
}
