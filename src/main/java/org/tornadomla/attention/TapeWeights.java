package org.tornadomla.attention;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.ShapeException;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.Tape;
import org.tornadomla.training.TrainingPlan;

/**
 * The weights of a layer on a tape, under their checkpoint names. Where a published matrix makes two things at once,
 * the tape has a weight for each.
 */
final class TapeWeights {

    private final MlaConfig config;
    private final Tape tape;
    private final Map<String, List<WeightPart>> parts = new LinkedHashMap<>();

    TapeWeights(MlaConfig config, Tape tape) {
        this.config = config;
        this.tape = tape;
    }

    /** A matrix of its own. */
    Parameter matrix(String name, Places rows, Places columns) {
        return keep(name, tape.parameter(name, rows, columns), 0);
    }

    /** Rows of a matrix. */
    Parameter rows(String name, String part, int first, Places rows, Places columns) {
        return keep(name, tape.parameter(name + "." + part, rows, columns), first);
    }

    /** A norm's weight, or a bias. */
    Parameter vector(String name, int width) {
        return keep(name, tape.vector(name, Places.plain(width)), 0);
    }

    /** A bias where the layer has biases, else null. */
    @Nullable
    Parameter bias(String name, int width) {
        return config.attentionBias() ? vector(name, width) : null;
    }

    /** Numbers of a bias where the layer has biases, else null. */
    @Nullable
    Parameter bias(String name, String part, int first, Places columns) {
        return config.attentionBias() ? keepVector(name, part, first, columns) : null;
    }

    private Parameter keepVector(String name, String part, int first, Places columns) {
        Parameter parameter = tape.vector(name + "." + part, columns);
        // Of one row: it begins at a number of the published vector, not at a row.
        parts.computeIfAbsent(name, key -> new ArrayList<>()).add(new WeightPart(parameter, first));
        return parameter;
    }

    private Parameter keep(String name, Parameter parameter, int first) {
        int width = parameter.tensor().columns().published();
        parts.computeIfAbsent(name, key -> new ArrayList<>()).add(new WeightPart(parameter, first * width));
        return parameter;
    }

    /** Places of a head's query: content, then rotary part, pairs that turn together beside each other. */
    Places queries() {
        int nope = config.qkNopeHeadDim();
        int rope = config.qkRopeHeadDim();
        Places places = Places.parts(config.numHeads(), nope, rope);
        return halves() ? places.withNeighbours(nope, rope, config.numHeads()) : places;
    }

    /** Places of a rotary key. */
    Places ropes() {
        int rope = config.qkRopeHeadDim();
        Places places = Places.plain(rope);
        return halves() ? places.withNeighbours(0, rope, 1) : places;
    }

    private boolean halves() {
        return config.rope().layout() == RopeLayout.HALVES;
    }

    /** Puts all weights on the tape, before a plan is made of it. */
    void load(MlaWeights weights) {
        Map<String, float[]> published = published(weights);
        parts.forEach((name, of) -> of
                .forEach(part -> part.parameter().set(part.of(Objects.requireNonNull(published.get(name))))));
    }

    /** Replaces a weight. */
    void set(String name, float[] values, TrainingPlan plan) {
        List<WeightPart> of = named(name);
        if (values.length != size(of)) {
            throw new ShapeException(name + " has " + size(of) + " numbers, got " + values.length);
        }
        plan.setWeights(of.stream().collect(Collectors.toMap(WeightPart::parameter, part -> part.of(values))));
    }

    /** Reads something of every weight, such as its numbers or its gradient. */
    Map<String, float[]> read(Function<Parameter, float[]> reader) {
        Map<String, float[]> read = new LinkedHashMap<>();
        parts.forEach((name, of) -> {
            float[] all = new float[size(of)];
            of.forEach(part -> part.into(all, reader.apply(part.parameter())));
            read.put(name, all);
        });
        return read;
    }

    /** The weights of a layer of these numbers. */
    MlaWeights weights(Map<String, float[]> numbers) {
        return MlaWeights.of(config, new NamedWeights() {
            @Override
            public Matrix matrix(String name) {
                int columns = named(name).getFirst().parameter().tensor().columns().published();
                float[] values = read(name);
                return Matrix.of(values.length / columns, columns, values);
            }

            @Override
            public float[] read(String name) {
                return Objects.requireNonNull(numbers.get(name), name);
            }
        });
    }

    private List<WeightPart> named(String name) {
        List<WeightPart> of = parts.get(name);
        if (of == null) {
            throw new ShapeException("the layer has no weight " + name + "; it has " + parts.keySet());
        }
        return of;
    }

    private static int size(List<WeightPart> of) {
        return of.stream().mapToInt(part -> part.parameter().size()).sum();
    }

    private static Map<String, float[]> published(MlaWeights w) {
        Map<String, float[]> numbers = new LinkedHashMap<>();
        put(numbers, "q_proj.weight", w.qProj());
        put(numbers, "q_a_proj.weight", w.qA());
        put(numbers, "q_b_proj.weight", w.qB());
        put(numbers, "kv_a_proj_with_mqa.weight", w.kvA());
        put(numbers, "kv_b_proj.weight", w.kvB());
        put(numbers, "o_proj.weight", w.o());
        numbers.put("q_a_proj.bias", w.qABias());
        numbers.put("q_a_layernorm.weight", w.qANorm());
        numbers.put("kv_a_proj_with_mqa.bias", w.kvABias());
        numbers.put("kv_a_layernorm.weight", w.kvANorm());
        numbers.put("o_proj.bias", w.oBias());
        return numbers;
    }

    private static void put(Map<String, float[]> numbers, String name, @Nullable Matrix matrix) {
        if (matrix != null) {
            float[] all = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
            float[] row = new float[matrix.columns()];
            for (int i = 0; i < matrix.rows(); i++) {
                matrix.read(i, row);
                System.arraycopy(row, 0, all, i * row.length, row.length);
            }
            numbers.put(name, all);
        }
    }
}
