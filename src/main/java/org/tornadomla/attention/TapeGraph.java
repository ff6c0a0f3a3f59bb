package org.tornadomla.attention;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.tensor.Padding;
import org.tornadomla.training.LatentAttentionLayer;
import org.tornadomla.training.Places;
import org.tornadomla.training.RotaryTables;
import org.tornadomla.training.Tape;
import org.tornadomla.training.TapeWeights;
import org.tornadomla.training.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A tape of one layer of attention, with what the host gives it. Every sequence has rows of its own, padded to a
 * multiple of 16.
 */
final class TapeGraph {

    private final MlaConfig config;
    private final Tape tape = new Tape();
    private final TapeWeights weights;
    private final int queryRows;
    private final int keyRows;
    private final Tensor x;
    private final Tensor context;
    private final RotaryTables queryTables;
    private final RotaryTables keyTables;
    private final IntArray spans;
    private final Tensor y;

    TapeGraph(MlaConfig config, TapeSize size) {
        int batch = size.batch();
        int contextTokens = size.contextTokens();
        LatentAttentionLayer.requireSupported(config);
        this.config = config;
        this.weights = TapeWeights.trained(tape);
        this.queryRows = Padding.toVectors(size.tokens());
        this.keyRows = contextTokens == 0 ? queryRows : Padding.toVectors(contextTokens);
        this.x = tape.input("x", batch * queryRows, hidden(), true);
        this.context = contextTokens == 0 ? x : tape.input("context", batch * keyRows, hidden(), true);
        int rope = config.qkRopeHeadDim();
        this.queryTables = tape.rotaryTables("query", config.rope(), rope, size.positions(), batch * queryRows);
        this.keyTables = contextTokens == 0
                ? queryTables
                : tape.rotaryTables("key", config.rope(), rope, size.positions(), batch * keyRows);
        this.spans = tape.integers("spans", 2 * batch * queryRows);
        this.y = new LatentAttentionLayer(config, tape, weights, "", "", batch).record(x, context, queryTables,
                keyTables, spans);
        tape.result(y);
    }

    private Places hidden() {
        return Places.plain(config.hiddenSize());
    }

    Tape tape() {
        return tape;
    }

    TapeWeights weights() {
        return weights;
    }

    Tensor x() {
        return x;
    }

    Tensor context() {
        return context;
    }

    Tensor y() {
        return y;
    }

    /** Whether queries and keys are rows of the same input. */
    boolean isSelf() {
        return x.equals(context);
    }

    /** Rows between the queries of two sequences. */
    int queryRows() {
        return queryRows;
    }

    /** Rows between the keys of two sequences. */
    int keyRows() {
        return keyRows;
    }

    IntArray queryPositions() {
        return queryTables.positions();
    }

    IntArray keyPositions() {
        return keyTables.positions();
    }

    IntArray spans() {
        return spans;
    }
}
