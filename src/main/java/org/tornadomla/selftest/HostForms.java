package org.tornadomla.selftest;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.tornadomla.graph.Step;
import org.tornadomla.graph.Variants;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.StepLayout;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * What steps do, as Java on the host's arrays: a loop's kernel is called, and of a kernel of work-groups, which cannot
 * be called, the operation is computed in another way.
 */
final class HostForms {

    /** How the operations of kernels of work-groups are computed, from a step's arguments. */
    private static final Map<String, Consumer<List<Object>>> GROUPS = Map.of(Variants.GROUP_MAT_MUL, HostForms::product,
            Variants.GROUP_ATTENTION, HostForms::attention);

    private HostForms() {
    }

    /** Runs a step on its arrays. */
    static void run(Step step) {
        if (step.java() != null) {
            step.java().run();
        } else {
            GROUPS.get(step.kernel()).accept(step.arguments());
        }
    }

    private static void product(List<Object> a) {
        VectorFloat16 w = (VectorFloat16) a.get(1);
        int k = integer(a, 5);
        int columns = w.getLength() / k * (w.getArray().getSize() / w.getLength());
        MatMul.rows((FloatArray) a.get(0), w, (VectorFloat16) a.get(2), (IntArray) a.get(3), StepLayout.ONE,
                integer(a, 4), -1, 0, 0, columns, k, integer(a, 6), integer(a, 7), integer(a, 8), integer(a, 9),
                (VectorFloat16) a.get(10));
    }

    private static void attention(List<Object> a) {
        HostAttention.split((VectorFloat16) a.get(0), (VectorFloat16) a.get(1), (FloatArray) a.get(2),
                (IntArray) a.get(3), integer(a, 4), integer(a, 5), integer(a, 6), integer(a, 7), integer(a, 8),
                integer(a, 9), integer(a, 10), (FloatArray) a.get(11), (FloatArray) a.get(12),
                (VectorFloat16) a.get(13));
    }

    private static int integer(List<Object> arguments, int index) {
        return (Integer) arguments.get(index);
    }
}
