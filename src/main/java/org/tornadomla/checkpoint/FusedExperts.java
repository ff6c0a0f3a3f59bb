package org.tornadomla.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.tornadomla.config.MixtureBlock;
import org.tornadomla.tensor.Dtype;

/**
 * The experts of a layer in two tensors, as transformers keeps them: {@code experts.gate_up_proj} [experts, 2
 * intermediate, hidden] with the gate's rows first, and {@code experts.down_proj} [experts, hidden, intermediate]. They
 * are parts of the file under the names that the experts have elsewhere, so nobody else needs to know.
 */
final class FusedExperts {

    private static final Pattern FUSED = Pattern.compile("(.+\\.)experts\\.(gate_up|down)_proj(?:\\.weight)?");
    private static final String GATE_UP = "gate_up";
    /** More experts than any model has; such a tensor is not taken apart. */
    private static final int MOST = 10_000;

    private FusedExperts() {
    }

    /** The parts of a tensor by their names: the tensor itself where it holds no fused experts. */
    static Map<String, TensorInfo> apart(TensorInfo tensor) {
        Map<String, TensorInfo> parts = new LinkedHashMap<>();
        Matcher name = FUSED.matcher(tensor.name());
        if (!name.matches() || !isFused(tensor, name.group(2).equals(GATE_UP))) {
            parts.put(tensor.name(), tensor);
            return parts;
        }
        for (int expert = 0; expert < tensor.rows(); expert++) {
            expert(tensor, name.group(1) + MixtureBlock.expertPrefix(expert), expert, name.group(2).equals(GATE_UP),
                    parts);
        }
        return parts;
    }

    private static boolean isFused(TensorInfo tensor, boolean gateUp) {
        return tensor.dtype() != Dtype.OTHER && tensor.shape().size() == 3 && tensor.rows() <= MOST
                && tensor.count() > 0 && (!gateUp || tensor.shape().get(1) % 2 == 0);
    }

    private static void expert(TensorInfo tensor, String prefix, int expert, boolean gateUp,
            Map<String, TensorInfo> parts) {
        long outputs = tensor.shape().get(1);
        long inputs = tensor.shape().get(2);
        if (gateUp) {
            part(tensor, prefix + "gate_proj.weight", 2L * expert, outputs / 2, inputs, parts);
            part(tensor, prefix + "up_proj.weight", 2L * expert + 1, outputs / 2, inputs, parts);
        } else {
            part(tensor, prefix + "down_proj.weight", expert, outputs, inputs, parts);
        }
    }

    private static void part(TensorInfo tensor, String name, long index, long rows, long columns,
            Map<String, TensorInfo> parts) {
        long bytes = rows * columns * tensor.dtype().bytes();
        long begin = tensor.begin() + index * bytes;
        parts.put(name, new TensorInfo(name, tensor.dtype(), tensor.stored(), List.of(rows, columns), tensor.file(),
                begin, begin + bytes));
    }
}
