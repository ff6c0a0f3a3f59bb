package org.tornadomla.layers;

import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;

/**
 * The three projections of a gated feed-forward as published.
 *
 * @param gate [intermediate, hidden]
 * @param up   [intermediate, hidden]
 * @param down [hidden, intermediate]
 */
record Projections(Matrix gate, Matrix up, Matrix down) {

    static final String GATE = "gate_proj.weight";
    static final String UP = "up_proj.weight";
    static final String DOWN = "down_proj.weight";

    static Projections of(NamedWeights source) {
        return new Projections(source.matrix(GATE), source.matrix(UP), source.matrix(DOWN));
    }

    /** Some columns of what lies in between. */
    Projections slice(int from, int count) {
        return new Projections(Matrices.part(gate, from, count, 0, gate.columns()),
                Matrices.part(up, from, count, 0, up.columns()), Matrices.part(down, 0, down.rows(), from, count));
    }

    /** Packs the projections to a place among those of other experts. */
    void pack(FeedForwardShape shape, KernelFamily family, int place, PackedMatrix gateUp, PackedMatrix packedDown) {
        gateUp.put(place, Matrices.stacked(gate, up), output -> family.gateUpRow(shape.intermediate(), output));
        packedDown.put(place, down, i -> i);
    }
}
