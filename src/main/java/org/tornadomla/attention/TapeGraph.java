package org.tornadomla.attention;

import org.jspecify.annotations.Nullable;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.Padding;
import org.tornadomla.training.AttentionHeads;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.RotaryTables;
import org.tornadomla.training.Tape;
import org.tornadomla.training.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A layer of attention in its expanded form (DeepSeek-V2, equations 37 to 47), recorded on a tape. Every sequence has
 * rows of its own, padded to a multiple of 16.
 */
final class TapeGraph {

    private final MlaConfig config;
    private final Tape tape = new Tape();
    private final TapeWeights weights;
    private final AttentionHeads heads;
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
        requireSupported(config);
        this.config = config;
        this.weights = new TapeWeights(config, tape);
        this.heads = new AttentionHeads(config.numHeads(), config.qkNopeHeadDim(), config.qkRopeHeadDim(),
                config.vHeadDim(), config.softmaxScale(), batch);
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
        this.y = output(tape.attention("attended", heads, query(), expanded(latent()), ropeKey(), spans));
        tape.result(y);
    }

    private static void requireSupported(MlaConfig config) {
        if (config.indexer().isPresent()) {
            throw new ConfigurationException("a layer with sparse attention (index_topk) has no tape: leave the indexer"
                    + " out, which attends to all keys");
        }
        if (config.queryGrowth().isPresent()) {
            throw new ConfigurationException("a layer whose queries grow with their position has no tape");
        }
    }

    private Places hidden() {
        return Places.plain(config.hiddenSize());
    }

    private Tensor query() {
        Places rows = weights.queries();
        Tensor input = x;
        String name = "q_proj.weight";
        Places columns = hidden();
        if (config.qLoraRank() > 0) {
            input = compressed();
            name = "q_b_proj.weight";
            columns = Places.plain(config.qLoraRank());
        }
        Tensor q = tape.linear("q", input, weights.matrix(name, rows, columns), null);
        tape.rotary(q, queryTables, config.numHeads(), heads.contentVectors() + heads.ropeVectors(),
                heads.contentVectors());
        return q;
    }

    private Tensor compressed() {
        int rank = config.qLoraRank();
        Tensor q = tape.linear("q_a", x, weights.matrix("q_a_proj.weight", Places.plain(rank), hidden()),
                weights.bias("q_a_proj.bias", rank));
        return config.queryNorm()
                ? tape.rmsNorm("q_a_norm", q, weights.vector("q_a_layernorm.weight", rank), config.rmsNormEps(),
                        config.queryScale())
                : q;
    }

    private Tensor latent() {
        int rank = config.kvLoraRank();
        Places places = Places.plain(rank);
        Parameter w = weights.rows("kv_a_proj_with_mqa.weight", "latent", 0, places, hidden());
        @Nullable
        Parameter bias = weights.bias("kv_a_proj_with_mqa.bias", "latent", 0, places);
        Tensor latent = tape.linear("kv_a", context, w, bias);
        return config.latentNorm()
                ? tape.rmsNorm("kv_a_norm", latent, weights.vector("kv_a_layernorm.weight", rank), config.rmsNormEps(),
                        config.latentScale())
                : latent;
    }

    private Tensor ropeKey() {
        int rank = config.kvLoraRank();
        Parameter w = weights.rows("kv_a_proj_with_mqa.weight", "rope", rank, weights.ropes(), hidden());
        @Nullable
        Parameter bias = weights.bias("kv_a_proj_with_mqa.bias", "rope", rank, weights.ropes());
        Tensor key = tape.linear("k_rope", context, w, bias);
        tape.rotary(key, keyTables, 1, heads.ropeVectors(), 0);
        return key;
    }

    private Tensor expanded(Tensor latent) {
        return tape.linear("kv", latent,
                weights.matrix("kv_b_proj.weight", heads.keys(), Places.plain(config.kvLoraRank())), null);
    }

    private Tensor output(Tensor attended) {
        return tape.linear("y", attended, weights.matrix("o_proj.weight", hidden(), heads.values()),
                weights.bias("o_proj.bias", config.hiddenSize()));
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
