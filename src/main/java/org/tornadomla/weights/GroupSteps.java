package org.tornadomla.weights;

import java.util.List;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.Variants;
import org.tornadomla.kernels.GroupMatMul;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Steps of work-groups. */
final class GroupSteps {

    private GroupSteps() {
    }

    /** Adds a product of one matrix of 32-bit numbers with all rows. */
    static void product(StepList steps, Product p, VectorFloat16 w, MatrixShape shape) {
        KernelContext context = new KernelContext();
        RowGroups rows = p.rows();
        steps.add(new Step(p.name(), Grid.groups(shape.columns() / Padding.LANES, steps.variants().matMulItems()),
                Variants.GROUP_MAT_MUL,
                List.of(p.x().floats(), w, p.biasVectors(), rows.array(), rows.rowsAt(), shape.inputs(), p.x().stride(),
                        p.y().stride(), p.hasBias(), p.accumulate(), p.y().vectors()),
                graph -> graph.task(p.name(), GroupMatMul::rows, context, p.x().floats(), w, p.biasVectors(),
                        rows.array(), rows.rowsAt(), shape.inputs(), p.x().stride(), p.y().stride(), p.hasBias(),
                        p.accumulate(), p.y().vectors())));
    }
}
