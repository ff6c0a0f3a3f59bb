package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tornadomla.backend.Target;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.training.LatentAttentionLayer;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.RotaryTables;
import org.tornadomla.training.Tape;
import org.tornadomla.training.TapeWeights;
import org.tornadomla.training.Tensor;
import org.tornadomla.training.TrainingPlan;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A dense layer of DeepSeek-V2-Lite on 128 tokens: its result, and the gradients of input and weights. */
final class TrainedLayer implements AutoCloseable {

    private static final int TOKENS = 128;
    private static final int HIDDEN = 2048;
    private static final int INNER = 10_944;
    private static final MlaConfig CONFIG = MlaConfig.builder().hiddenSize(HIDDEN).numHeads(16).kvLoraRank(512)
            .qkNopeHeadDim(128).qkRopeHeadDim(64).vHeadDim(128).queryNorm(false).build();

    private final Tensor x;
    private final Tensor y;
    private final List<Parameter> matrices = new ArrayList<>();
    private final TrainingPlan plan;

    TrainedLayer(Target target) {
        Tape tape = new Tape();
        TapeWeights weights = TapeWeights.trained(tape);
        Places hidden = Places.plain(HIDDEN);
        Places inner = Places.plain(INNER);
        x = tape.input("x", TOKENS, hidden, true);
        RotaryTables turns = tape.rotaryTables("turns", CONFIG.rope(), CONFIG.qkRopeHeadDim(), TOKENS, TOKENS);
        IntArray spans = tape.integers("spans", 2 * TOKENS);
        for (int token = 0; token < TOKENS; token++) {
            turns.positions().set(token, token);
            spans.set(2 * token + 1, token + 1);
        }
        Tensor normed = tape.rmsNorm("n1", x, weights.vector("norm1", HIDDEN), 1e-6, 1);
        Tensor h = tape.add("h", x, new LatentAttentionLayer(CONFIG, tape, weights, "a_", "", 1).record(normed, normed,
                turns, turns, spans));
        Tensor n = tape.rmsNorm("n2", h, weights.vector("norm2", HIDDEN), 1e-6, 1);
        Tensor gated = tape.swiGlu("gated", tape.linear("gates", n, weights.matrix("gate", inner, hidden), null),
                tape.linear("ups", n, weights.matrix("up", inner, hidden), null));
        y = tape.add("y", h, tape.linear("downs", gated, weights.matrix("down", hidden, inner), null));
        tape.result(y);
        weights.load(TrainedLayer::weight);
        plan = tape.plan(target);
        for (String name : List.of("q_proj.weight", "kv_b_proj.weight", "down")) {
            matrices.add(plan.parameters().get(name));
        }
        plan.set(x, 0, scaled(numbers(TOKENS, HIDDEN, 0)));
        plan.setGradient(y, 0, scaled(numbers(TOKENS, HIDDEN, 9)));
    }

    private static float[] weight(String name) {
        return switch (name) {
            case "q_proj.weight" -> numbers(16 * 192, HIDDEN, 1);
            case "kv_a_proj_with_mqa.weight" -> both(numbers(512, HIDDEN, 2), numbers(64, HIDDEN, 3));
            case "kv_b_proj.weight" -> numbers(16 * 256, 512, 4);
            case "o_proj.weight" -> numbers(HIDDEN, 16 * 128, 5);
            case "gate" -> numbers(INNER, HIDDEN, 6);
            case "up" -> numbers(INNER, HIDDEN, 7);
            case "down" -> numbers(HIDDEN, INNER, 8);
            case "kv_a_layernorm.weight" -> ones(512);
            default -> ones(HIDDEN);
        };
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static float[] both(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Numbers that steps.py makes too, uniform within one over the root of the columns. */
    private static float[] numbers(int rows, int columns, int at) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            long mixed = i * 2654435761L + at * 40503L & 0xFFFFFFFFL;
            mixed = (mixed ^ mixed >> 15) * 2246822519L & 0xFFFFFFFFL;
            double part = (mixed ^ mixed >> 13) / 4294967296.0 - 0.5;
            numbers[i] = (float) (part * 2 / Math.sqrt(columns));
        }
        return numbers;
    }

    private static float[] scaled(float[] numbers) {
        float root = (float) Math.sqrt(HIDDEN);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= root;
        }
        return numbers;
    }

    /** Forward and backward; returns when both are through. */
    void step() {
        plan.forward();
        plan.backward();
        plan.gradient(x, 0, 1);
    }

    /** Lengths of the result, and of the gradients of the input and of three matrices. */
    double[] check() {
        step();
        List<float[]> all = new ArrayList<>(List.of(plan.read(y, 0, TOKENS), plan.gradient(x, 0, TOKENS)));
        matrices.forEach(matrix -> all.add(plan.gradient(matrix)));
        return all.stream().mapToDouble(TrainedLayer::length).toArray();
    }

    private static double length(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += (double) number * number;
        }
        return Math.sqrt(sum);
    }

    @Override
    public void close() {
        plan.close();
    }
}
