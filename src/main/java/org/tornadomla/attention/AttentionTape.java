package org.tornadomla.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.Target;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.training.Tensor;
import org.tornadomla.training.TrainingPlan;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A layer of attention that can be trained: it keeps what the gradients of its last result need. Weights are 32-bit
 * numbers of its own, those of the module at first.
 *
 * <pre>{@code
 * try (AttentionTape tape = mla.tape(2, 37)) {
 *     float[] y = tape.forward(Tokens.of(2, 37, x));
 *     AttentionGradients gradients = tape.backward(dY);
 *     tape.set("o_proj.weight", moved(tape.weights(), gradients.weight("o_proj.weight")));
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time.
 */
@PublicApi
public final class AttentionTape implements AutoCloseable {

    private final MlaConfig config;
    private final int batch;
    private final int tokens;
    private final int contextTokens;
    private final int positions;
    private final TapeGraph graph;
    private final TrainingPlan plan;
    private @Nullable Tokens x;
    private @Nullable Tokens context;

    AttentionTape(MlaConfig config, MlaWeights weights, Target target, TapeSize size) {
        this.config = config;
        this.batch = size.batch();
        this.tokens = size.tokens();
        this.contextTokens = size.contextTokens();
        this.positions = size.positions();
        this.graph = new TapeGraph(config, size);
        graph.weights().load(MlaNumbers.of(weights)::get);
        this.plan = graph.tape().plan(target);
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.listing();
    }

    /**
     * Self-attention.
     *
     * @param given as many rows and tokens as the tape was made for
     * @return [batch, tokens, hidden] floats; zeros behind a row's length
     * @throws ShapeException when the tokens do not fit the tape, or have a mask
     */
    public float[] forward(Tokens given) {
        if (!graph.isSelf()) {
            throw new ShapeException("the tape was made for a context of " + contextTokens + " tokens: give one");
        }
        return compute(given, given);
    }

    /**
     * Cross-attention; both count positions from 0 unless they say otherwise.
     *
     * @param given  tokens that ask
     * @param others tokens that are asked, as many rows
     * @return [batch, tokens, hidden] floats; zeros behind a row's length
     * @throws ShapeException when the tokens do not fit the tape, or have a mask
     */
    public float[] forward(Tokens given, Tokens others) {
        if (graph.isSelf()) {
            throw new ShapeException("the tape was made for self-attention: make one with context tokens");
        }
        check("context", others, contextTokens);
        return compute(given, others);
    }

    private void check(String what, Tokens given, int most) {
        if (given.batch() != batch || given.tokens() != most || given.width() != config.hiddenSize()) {
            throw new ShapeException(what + " is [" + given.batch() + ", " + given.tokens() + ", " + given.width()
                    + "], the tape was made for [" + batch + ", " + most + ", " + config.hiddenSize() + "]");
        }
        if (given.mask() != null) {
            throw new ShapeException(what + " has an additive mask, a tape takes causality, windows and lengths alone");
        }
        int[] own = given.positions();
        if (own != null) {
            for (int position : own) {
                if (position < 0 || position >= positions) {
                    throw new ShapeException(
                            "position " + position + " of " + what + " must be 0 to " + (positions - 1));
                }
            }
        }
    }

    private float[] compute(Tokens given, Tokens others) {
        check("x", given, tokens);
        x = null;
        place(given, graph.x(), graph.queryRows(), graph.queryPositions());
        if (!graph.isSelf()) {
            place(others, graph.context(), graph.keyRows(), graph.keyPositions());
        }
        for (int row = 0; row < batch; row++) {
            for (int token = 0; token < graph.queryRows(); token++) {
                span(given, others, row, token);
            }
        }
        plan.forward();
        float[] y = new float[given.values().length];
        for (int row = 0; row < batch; row++) {
            copy(plan.read(graph.y(), row * graph.queryRows(), given.length(row)), y, row, tokens);
        }
        x = given;
        context = others;
        return y;
    }

    private void place(Tokens given, Tensor to, int rows, IntArray turns) {
        for (int row = 0; row < batch; row++) {
            plan.set(to, row * rows, padded(given, given.values(), row));
            for (int token = 0; token < given.tokens(); token++) {
                int[] own = given.positions();
                turns.set(row * rows + token, own == null ? token : own[row * given.tokens() + token]);
            }
        }
    }

    /** A row's numbers, zeros behind its length. */
    private static float[] padded(Tokens given, float[] values, int row) {
        int width = given.width();
        int from = row * given.tokens() * width;
        float[] numbers = Arrays.copyOfRange(values, from, from + given.tokens() * width);
        Arrays.fill(numbers, given.length(row) * width, numbers.length, 0f);
        return numbers;
    }

    private void span(Tokens given, Tokens others, int row, int token) {
        int keys = token < given.length(row) ? others.length(row) : 0;
        int end = given.causal() ? Math.min(keys, token + 1) : keys;
        int first = given.window() == 0 ? 0 : Math.max(0, token + 1 - given.window());
        int at = 2 * (row * graph.queryRows() + token);
        graph.spans().set(at, row * graph.keyRows() + Math.min(first, end));
        graph.spans().set(at + 1, row * graph.keyRows() + end);
    }

    private void copy(float[] from, float[] to, int row, int rows) {
        System.arraycopy(from, 0, to, row * rows * config.hiddenSize(), from.length);
    }

    /**
     * Gradients of the sum of dY times the last result.
     *
     * @param dY [batch, tokens, hidden]; not read behind a row's length
     * @throws ShapeException         when dY is not as large as the result
     * @throws ConfigurationException when no result was computed since the last call
     */
    public AttentionGradients backward(float[] dY) {
        Tokens given = x;
        Tokens others = context;
        if (given == null || others == null) {
            throw new ConfigurationException("gradients are of results: call forward before each backward");
        }
        if (dY.length != given.values().length) {
            throw new ShapeException("dY has " + dY.length + " numbers, the result has " + given.values().length);
        }
        for (int row = 0; row < batch; row++) {
            plan.setGradient(graph.y(), row * graph.queryRows(), padded(given, dY, row));
        }
        plan.backward();
        float[] dX = gradient(given, graph.x(), graph.queryRows());
        float[] dContext = graph.isSelf() ? new float[0] : gradient(others, graph.context(), graph.keyRows());
        return new AttentionGradients(dX, dContext, graph.weights().read(plan::gradient));
    }

    private float[] gradient(Tokens given, Tensor of, int rows) {
        float[] gradient = new float[given.values().length];
        for (int row = 0; row < batch; row++) {
            copy(plan.gradient(of, row * rows, given.length(row)), gradient, row, given.tokens());
        }
        return gradient;
    }

    /** The weights as they are now: those of a new module, or of a checkpoint. */
    public MlaWeights weights() {
        return MlaNumbers.weights(config, graph.weights().read(plan::weight));
    }

    /**
     * Replaces a weight.
     *
     * @param name   checkpoint name without prefix, as {@code "kv_b_proj.weight"}
     * @param values its numbers in the published order
     * @throws ShapeException when there is no such weight, or it has another size
     */
    public void set(String name, float[] values) {
        graph.weights().set(name, values, plan);
    }

    /** Releases the device's memory. */
    @Override
    public void close() {
        plan.close();
    }
}
