package org.tornadomla.config;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Reads which layer of a model has which blocks; no other class works with the index of a layer. */
final class LayerReader {

    private LayerReader() {
    }

    /** The blocks of a layer, by its index from 0. */
    static IntFunction<List<Block>> read(JsonObject json, ModelFamily family, MlaConfig attention) {
        int hidden = attention.hiddenSize();
        Block attending = new AttentionBlock(attention);
        Block dense = new DenseBlock(hidden, json.integer("intermediate_size"));
        Optional<MoeConfig> experts = MoeReader.read(json, family);
        if (experts.isEmpty()) {
            return index -> List.of(attending, dense);
        }
        Block mixture = new MixtureBlock(hidden, experts.get());
        int firstDense = json.integer("first_k_dense_replace", 0);
        int frequency = json.integer("moe_layer_freq", 1);
        Checks.atLeast("first_k_dense_replace", firstDense, 0);
        Checks.atLeast("moe_layer_freq", frequency, 1);
        return index -> List.of(attending, index >= firstDense && index % frequency == 0 ? mixture : dense);
    }
}
