package org.tornadomla.training;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Target;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Residency;
import org.tornadomla.graph.Step;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A small network of all operations of a tape, with random weights and in sizes that divide nothing: its graphs hold
 * every kernel of a family, for those who look at kernels one by one.
 */
public final class TrainingSample {

    private static final long SEED = 21;
    private static final int WORDS = 17;
    private static final int WIDTH = 36;
    private static final int INNER = 23;
    private static final int SEQUENCES = 2;
    private static final int ROWS = SEQUENCES * 16;
    private static final double EPS = 1e-5;
    private static final AttentionHeads HEADS = new AttentionHeads(3, 10, 6, 9, 0.3, SEQUENCES);
    /** Devices have room for fewer pairs than tokens choose. */
    private static final MixtureShape EXPERTS = new MixtureShape(6, 2, 13, 3, 2, false, -1.5, 20);

    private final Tape tape = new Tape();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Step> steps;
    private final Buffers buffers;

    /**
     * Records the network.
     *
     * @param target    the device whose family of kernels is taken
     * @param optimizer moves the weights
     */
    public TrainingSample(Target target, Optimizer optimizer) {
        IntArray ids = tape.integers("ids", ROWS);
        for (int row = 0; row < ROWS; row++) {
            ids.set(row, row * row % WORDS);
        }
        Tensor words = tape.embedding("words", matrix("table", Places.plain(WORDS), WIDTH), ids, 1.5);
        Tensor attended = tape.add("attended", words, attention(words));
        Tensor mixed = mixture(tape.rmsNorm("mixed_norm", attended, vector("mixed_norm_w", WIDTH), EPS, 1));
        Tensor hidden = tape.relu("hidden", linear("inner", mixed, Places.plain(INNER), vector("inner_b", INNER)));
        Tensor gated = tape.swiGlu("gated", linear("gates", hidden, Places.plain(INNER), null),
                linear("ups", hidden, Places.plain(INNER), null));
        CrossEntropyLoss loss = tape.crossEntropy("loss", linear("logits", gated, Places.plain(WORDS), null));
        for (int row = 0; row < ROWS; row++) {
            loss.set(row, row % 5 == 4 ? -1 : (row + 3) % WORDS, 1.0 / ROWS);
        }
        Tape.Recorded recorded = tape.record(target, optimizer);
        if (recorded.updates() != null) {
            recorded.updates().prepare(1e-3);
        }
        this.steps = recorded.graphs().stream().flatMap(graph -> graph.steps().stream()).toList();
        this.buffers = recorded.buffers();
    }

    /** The network with each optimiser. */
    public static List<TrainingSample> each(Target target) {
        return List.of(new TrainingSample(target, AdamW.standard()), new TrainingSample(target, new Sgd(0.9, 0.1, 1)));
    }

    private Parameter matrix(String name, Places rows, int columns) {
        return filled(tape.parameter(name, rows, Places.plain(columns)));
    }

    private Parameter vector(String name, int width) {
        return filled(tape.vector(name, Places.plain(width)));
    }

    private Parameter filled(Parameter parameter) {
        float[] numbers = new float[parameter.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        parameter.set(numbers);
        return parameter;
    }

    private Tensor linear(String name, Tensor x, Places outputs, @Nullable Parameter bias) {
        return tape.linear(name, x, filled(tape.parameter(name + "_w", outputs, x.columns())), bias);
    }

    /** Attention with a rotary part, to at most seven keys. */
    private Tensor attention(Tensor x) {
        IntArray spans = tape.integers("spans", 2 * ROWS);
        RotaryTables turns = tape.rotaryTables("turns", RopeConfig.plain(10_000, RopeLayout.NEIGHBOURS), HEADS.rope(),
                ROWS, ROWS);
        for (int row = 0; row < ROWS; row++) {
            int first = row / 16 * 16;
            spans.set(2 * row, Math.max(first, row - 6));
            spans.set(2 * row + 1, row + 1);
            turns.positions().set(row, row - first);
        }
        Tensor normed = tape.layerNorm("normed", x, vector("norm_w", WIDTH), vector("norm_b", WIDTH), EPS);
        Tensor q = linear("q", normed, HEADS.queries(), null);
        tape.rotary(q, turns, HEADS.heads(), HEADS.contentVectors() + HEADS.ropeVectors(), HEADS.contentVectors());
        Tensor kr = linear("kr", normed, Places.plain(HEADS.rope()), null);
        tape.rotary(kr, turns, 1, HEADS.ropeVectors(), 0);
        Tensor kv = linear("kv", normed, HEADS.keys(), null);
        return linear("o", tape.attention("heads", HEADS, q, kv, kr, spans), Places.plain(WIDTH), null);
    }

    private Tensor mixture(Tensor x) {
        Places inner = Places.blocks(EXPERTS.experts(), EXPERTS.inner());
        List<Parameter> experts = List.of(matrix("experts_gate", inner, WIDTH), matrix("experts_up", inner, WIDTH),
                matrix("experts_down", Places.blocks(EXPERTS.experts(), WIDTH), EXPERTS.inner()));
        Tape.Mixed mixed = tape.mixture("mixed", x, linear("scores", x, Places.plain(EXPERTS.experts()), null), EXPERTS,
                experts);
        int[] taken = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            taken[row] = row % 3;
        }
        mixed.mixture().setRows(taken);
        for (int loss = 0; loss < 3; loss++) {
            mixed.mixture().setFactor(loss, 0.01);
        }
        return mixed.y();
    }

    /** Every step, in the order in which they run. */
    public List<Step> steps() {
        return steps;
    }

    /** The arrays that a step uses, each once. */
    public List<Object> arrays(Step step) {
        return buffers.inOrder(Residency.arrays(new GraphSpec("sample", List.of(step)), buffers));
    }
}
