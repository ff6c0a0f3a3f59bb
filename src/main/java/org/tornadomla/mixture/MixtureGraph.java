package org.tornadomla.mixture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.tornadomla.training.Mixture;
import org.tornadomla.training.MixtureShape;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.Tape;
import org.tornadomla.training.Tensor;

/** A mixture on a tape: the router, routed experts, and shared ones as one feed-forward as wide as all of them. */
final class MixtureGraph {

    private final MixtureConfig config;
    private final Tape tape = new Tape();
    private final Tensor x;
    private final Tensor scores;
    private final Tensor y;
    private final Mixture mixture;
    private final Parameter router;
    private final List<Parameter> routed = new ArrayList<>();
    private final List<Parameter> shared = new ArrayList<>();

    MixtureGraph(MixtureConfig config, int tokens) {
        this.config = config;
        Places hidden = Places.plain(config.hidden());
        MixtureShape shape = config.shape();
        this.x = tape.input("x", tokens, hidden, true);
        this.router = tape.parameter("router", Places.plain(config.experts()), hidden);
        Tensor logits = tape.linear("logits", x, router, null);
        routed.add(tape.parameter("experts_gate", Places.blocks(config.experts(), config.inner()), hidden));
        routed.add(tape.parameter("experts_up", Places.blocks(config.experts(), config.inner()), hidden));
        routed.add(tape.parameter("experts_down", Places.blocks(config.experts(), config.hidden()),
                Places.plain(config.inner())));
        Tape.Mixed mixed = tape.mixture("routed", x, logits, shape, routed);
        this.mixture = mixed.mixture();
        this.scores = mixed.scores();
        this.y = config.shared() == 0 ? mixed.y() : tape.add("y", mixed.y(), shared(hidden));
        tape.result(y);
    }

    private Tensor shared(Places hidden) {
        Places inner = Places.parts(config.shared(), config.inner());
        shared.add(tape.parameter("shared_gate", inner, hidden));
        shared.add(tape.parameter("shared_up", inner, hidden));
        shared.add(tape.parameter("shared_down", hidden, inner));
        Tensor gated = tape.swiGlu("shared_gated", tape.linear("shared_gates", x, shared.get(0), null),
                tape.linear("shared_ups", x, shared.get(1), null));
        return tape.linear("shared", gated, shared.get(2), null);
    }

    Tape tape() {
        return tape;
    }

    Tensor x() {
        return x;
    }

    Tensor scores() {
        return scores;
    }

    Tensor y() {
        return y;
    }

    Mixture mixture() {
        return mixture;
    }

    /** Puts all weights on the tape, before a plan is made of it. */
    void load(MixtureWeights weights) {
        router.set(weights.router());
        float[][] all = {weights.gate(), weights.up(), weights.down()};
        int own = config.experts() * config.inner() * config.hidden();
        for (int i = 0; i < all.length; i++) {
            routed.get(i).set(Arrays.copyOf(all[i], own));
            if (config.shared() > 0) {
                float[] rest = Arrays.copyOfRange(all[i], own, all[i].length);
                shared.get(i).set(i == 2 ? columns(rest, true) : rest);
            }
        }
    }

    /** Reads something of every weight, such as its numbers or its gradient. */
    MixtureWeights read(Function<Parameter, float[]> reader) {
        float[][] all = new float[3][];
        for (int i = 0; i < all.length; i++) {
            float[] own = reader.apply(routed.get(i));
            if (config.shared() > 0) {
                float[] rest = reader.apply(shared.get(i));
                rest = i == 2 ? columns(rest, false) : rest;
                int length = own.length;
                own = Arrays.copyOf(own, length + rest.length);
                System.arraycopy(rest, 0, own, length, rest.length);
            }
            all[i] = own;
        }
        return new MixtureWeights(reader.apply(router), all[0], all[1], all[2]);
    }

    /** [shared, hidden, inner] as one matrix [hidden, shared inner], or back. */
    private float[] columns(float[] values, boolean joined) {
        int inner = config.inner();
        float[] moved = new float[values.length];
        for (int expert = 0; expert < config.shared(); expert++) {
            for (int row = 0; row < config.hidden(); row++) {
                int apart = (expert * config.hidden() + row) * inner;
                int beside = (row * config.shared() + expert) * inner;
                System.arraycopy(values, joined ? apart : beside, moved, joined ? beside : apart, inner);
            }
        }
        return moved;
    }
}
