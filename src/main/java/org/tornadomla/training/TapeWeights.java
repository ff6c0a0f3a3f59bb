package org.tornadomla.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ShapeException;

/**
 * The weights of a tape under the names of a checkpoint. Where a published tensor makes two things at once, the tape
 * has a weight for each; where the tape takes several tensors at once, it has one weight for all.
 */
public final class TapeWeights {

    private final Tape tape;
    private final @Nullable LowRankAdapters adapters;
    private final Map<String, List<TensorPart>> parts = new LinkedHashMap<>();

    private TapeWeights(Tape tape, @Nullable LowRankAdapters adapters) {
        this.tape = tape;
        this.adapters = adapters;
    }

    /** Weights that are all trained. */
    public static TapeWeights trained(Tape tape) {
        return new TapeWeights(tape, null);
    }

    /** Weights that all stay as they are; {@link #linear} adds adapters that are trained. */
    public static TapeWeights adapted(Tape tape, LowRankAdapters adapters) {
        return new TapeWeights(tape, adapters);
    }

    /** A matrix of its own. */
    public Parameter matrix(String name, Places rows, Places columns) {
        return keep(name, 0, added(name, rows, columns));
    }

    /** Rows of a matrix, from one of them on. */
    public Parameter rows(String name, String part, int first, Places rows, Places columns) {
        return keep(name, first * columns.published(), added(name + "." + part, rows, columns));
    }

    /**
     * Matrices below each other, as those of experts.
     *
     * @param name  of the weight on the tape
     * @param names of the tensors, in this order
     */
    public Parameter stacked(String name, List<String> names, Places rows, Places columns) {
        Parameter all = added(name, rows, columns);
        int count = all.size() / names.size();
        for (int i = 0; i < names.size(); i++) {
            parts.computeIfAbsent(names.get(i), _ -> new ArrayList<>()).add(new TensorPart(all, i * count, 0, count));
        }
        return all;
    }

    private Parameter added(String name, Places rows, Places columns) {
        return adapters == null ? tape.parameter(name, rows, columns) : tape.frozen(name, rows, columns);
    }

    /** A norm's weight, or a bias. */
    public Parameter vector(String name, int width) {
        return keep(name, 0, addedVector(name, Places.plain(width)));
    }

    /** Numbers of a bias, from one of them on. */
    public Parameter vector(String name, String part, int first, Places columns) {
        return keep(name, first, addedVector(name + "." + part, columns));
    }

    private Parameter addedVector(String name, Places columns) {
        return adapters == null ? tape.vector(name, columns) : tape.frozenVector(name, columns);
    }

    private Parameter keep(String name, int at, Parameter parameter) {
        parts.computeIfAbsent(name, _ -> new ArrayList<>()).add(new TensorPart(parameter, 0, at, parameter.size()));
        return parameter;
    }

    /** y = x W^T + b, and what an adapter of W adds where there are some. */
    public Tensor linear(String name, Tensor x, Parameter w, @Nullable Parameter bias) {
        Tensor y = tape.linear(name, x, w, bias);
        return adapters == null ? y : tape.add(name + "_adapted", y, adapters.added(tape, name, x, w));
    }

    /** Names of the tensors. */
    public Set<String> names() {
        return parts.keySet();
    }

    /**
     * Puts all weights on the tape, before a plan is made of it.
     *
     * @param source numbers of a tensor by its name
     */
    public void load(Function<String, float[]> source) {
        Map<Parameter, float[]> numbers = new LinkedHashMap<>();
        Map<Parameter, Integer> missing = new HashMap<>();
        parts.forEach((name, of) -> {
            float[] tensor = source.apply(name);
            for (TensorPart part : of) {
                Parameter parameter = part.parameter();
                part.toParameter(tensor, numbers.computeIfAbsent(parameter, _ -> new float[parameter.size()]));
                // A weight of several tensors goes to the tape with the last of them, and nothing is kept of it here.
                if (missing.merge(parameter, part.count(), Integer::sum) == parameter.size()) {
                    parameter.set(numbers.remove(parameter));
                }
            }
        });
    }

    /**
     * Replaces the weights that one tensor makes.
     *
     * @throws ShapeException when there is no such tensor, or it has another size
     */
    public void set(String name, float[] values, TrainingPlan plan) {
        List<TensorPart> of = named(name);
        if (values.length != size(of)) {
            throw new ShapeException(name + " has " + size(of) + " numbers, got " + values.length);
        }
        Map<Parameter, float[]> numbers = new LinkedHashMap<>();
        for (TensorPart part : of) {
            Parameter parameter = part.parameter();
            float[] all = part.count() == parameter.size() ? new float[part.count()] : plan.weight(parameter);
            part.toParameter(values, all);
            numbers.put(parameter, all);
        }
        plan.setWeights(numbers);
    }

    /** Reads something of every weight, such as its numbers or its gradient. */
    public Map<String, float[]> read(Function<Parameter, float[]> reader) {
        Map<Parameter, float[]> numbers = new HashMap<>();
        Map<String, float[]> read = new LinkedHashMap<>();
        parts.forEach((name, of) -> {
            float[] tensor = new float[size(of)];
            of.forEach(part -> part.toTensor(numbers.computeIfAbsent(part.parameter(), reader), tensor));
            read.put(name, tensor);
        });
        return read;
    }

    /** The tensors as they are now, what adapters add among them. */
    public Map<String, float[]> merged(TrainingPlan plan) {
        return read(parameter -> {
            float[] numbers = plan.weight(parameter);
            if (adapters != null) {
                adapters.merge(parameter, numbers, plan);
            }
            return numbers;
        });
    }

    private List<TensorPart> named(String name) {
        List<TensorPart> of = parts.get(name);
        if (of == null) {
            throw new ShapeException("the layer has no weight " + name + "; it has " + parts.keySet());
        }
        return of;
    }

    private static int size(List<TensorPart> of) {
        return of.stream().mapToInt(TensorPart::count).sum();
    }
}
