package org.tornadomla.training;

import org.jspecify.annotations.Nullable;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.ConfigurationException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A layer of latent attention in its expanded form (DeepSeek-V2, equations 37 to 47), recorded on a tape. */
public final class LatentAttentionLayer {

    private final MlaConfig config;
    private final Tape tape;
    private final TapeWeights weights;
    private final String name;
    private final String prefix;
    private final AttentionHeads heads;

    /**
     * A layer that can be recorded.
     *
     * @param weights   receive those of the layer
     * @param name      what names of values begin with
     * @param prefix    what names of weights begin with
     * @param sequences sequences that rows are divided among
     * @throws ConfigurationException where the layer has parts that have no tape
     */
    public LatentAttentionLayer(MlaConfig config, Tape tape, TapeWeights weights, String name, String prefix,
            int sequences) {
        requireSupported(config);
        this.config = config;
        this.tape = tape;
        this.weights = weights;
        this.name = name;
        this.prefix = prefix;
        this.heads = new AttentionHeads(config.numHeads(), config.qkNopeHeadDim(), config.qkRopeHeadDim(),
                config.vHeadDim(), config.softmaxScale(), sequences);
    }

    /**
     * Refuses a layer that has no tape.
     *
     * @throws ConfigurationException where it has parts that are not covered
     */
    public static void requireSupported(MlaConfig config) {
        if (config.indexer().isPresent()) {
            throw new ConfigurationException("a layer with sparse attention (index_topk) has no tape: leave the indexer"
                    + " out, which attends to all keys");
        }
        if (config.queryGrowth().isPresent()) {
            throw new ConfigurationException("a layer whose queries grow with their position has no tape");
        }
    }

    /**
     * Records it.
     *
     * @param x       [queries, hidden], rows that ask
     * @param context [keys, hidden], rows that are asked; x itself in self-attention
     * @param turns   positions of the rows that ask
     * @param others  positions of those that are asked
     * @param spans   [queries, 2], which keys a query sees
     * @return [queries, hidden]
     */
    public Tensor record(Tensor x, Tensor context, RotaryTables turns, RotaryTables others, IntArray spans) {
        Tensor attended = tape.attention(name + "attended", heads, query(x, turns), expanded(latent(context)),
                ropeKey(context, others), spans);
        return weights.linear(name + "y", attended, weights.matrix(prefix + "o_proj.weight", hidden(), heads.values()),
                bias("o_proj.bias", config.hiddenSize()));
    }

    private Places hidden() {
        return Places.plain(config.hiddenSize());
    }

    private Tensor query(Tensor x, RotaryTables turns) {
        boolean isCompressed = config.qLoraRank() > 0;
        Tensor input = isCompressed ? compressed(x) : x;
        Parameter w = weights.matrix(prefix + (isCompressed ? "q_b_proj.weight" : "q_proj.weight"), queries(),
                isCompressed ? Places.plain(config.qLoraRank()) : hidden());
        Tensor q = weights.linear(name + "q", input, w, null);
        tape.rotary(q, turns, config.numHeads(), heads.contentVectors() + heads.ropeVectors(), heads.contentVectors());
        return q;
    }

    private Tensor compressed(Tensor x) {
        int rank = config.qLoraRank();
        Tensor q = weights.linear(name + "q_a", x,
                weights.matrix(prefix + "q_a_proj.weight", Places.plain(rank), hidden()), bias("q_a_proj.bias", rank));
        return config.queryNorm()
                ? tape.rmsNorm(name + "q_a_norm", q, weights.vector(prefix + "q_a_layernorm.weight", rank),
                        config.rmsNormEps(), config.queryScale())
                : q;
    }

    private Tensor latent(Tensor context) {
        int rank = config.kvLoraRank();
        Tensor latent = compressedKeys("kv_a", context, "latent", 0, Places.plain(rank));
        return config.latentNorm()
                ? tape.rmsNorm(name + "kv_a_norm", latent, weights.vector(prefix + "kv_a_layernorm.weight", rank),
                        config.rmsNormEps(), config.latentScale())
                : latent;
    }

    private Tensor ropeKey(Tensor context, RotaryTables others) {
        Tensor key = compressedKeys("k_rope", context, "rope", config.kvLoraRank(), ropes());
        tape.rotary(key, others, 1, heads.ropeVectors(), 0);
        return key;
    }

    /** What some rows of the matrix make of a context that makes latents and rotary keys at once. */
    private Tensor compressedKeys(String value, Tensor context, String part, int first, Places places) {
        Parameter w = weights.rows(prefix + "kv_a_proj_with_mqa.weight", part, first, places, hidden());
        @Nullable
        Parameter bias = config.attentionBias()
                ? weights.vector(prefix + "kv_a_proj_with_mqa.bias", part, first, places)
                : null;
        return weights.linear(name + value, context, w, bias);
    }

    private Tensor expanded(Tensor latent) {
        return weights.linear(name + "kv", latent,
                weights.matrix(prefix + "kv_b_proj.weight", heads.keys(), Places.plain(config.kvLoraRank())), null);
    }

    /** A bias where the layer has biases, else null. */
    private @Nullable Parameter bias(String weight, int width) {
        return config.attentionBias() ? weights.vector(prefix + weight, width) : null;
    }

    /** Places of a head's query: content, then rotary part, pairs that turn together beside each other. */
    private Places queries() {
        Places places = heads.queries();
        return halves()
                ? places.withNeighbours(config.qkNopeHeadDim(), config.qkRopeHeadDim(), config.numHeads())
                : places;
    }

    /** Places of a rotary key. */
    private Places ropes() {
        Places places = Places.plain(config.qkRopeHeadDim());
        return halves() ? places.withNeighbours(0, config.qkRopeHeadDim(), 1) : places;
    }

    private boolean halves() {
        return config.rope().layout() == RopeLayout.HALVES;
    }
}
