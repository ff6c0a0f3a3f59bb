package org.tornadomla.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.tornadomla.error.ConfigurationException;

/**
 * A whole decoder: DeepSeek-V2, V3 and the models that share their classes.
 *
 * @param modelType             {@code model_type}, as the file spells it
 * @param vocabSize             {@code vocab_size}
 * @param numHiddenLayers       {@code num_hidden_layers}; a multi-token-prediction layer behind them is not counted
 * @param intermediateSize      width of a dense feed-forward, {@code intermediate_size}; its activation is SiLU
 * @param maxPositionEmbeddings positions the model was made for, {@code max_position_embeddings}
 * @param tieWordEmbeddings     whether the embedding also is the head, {@code tie_word_embeddings}
 * @param bosTokenId            {@code bos_token_id}, absent where the file has none
 * @param eosTokenIds           {@code eos_token_id}, one or several; empty where the file has none
 * @param storedType            {@code torch_dtype}
 * @param fp8Blocks             whether matrices are FP8 E4M3 with one scale a block of 128 x 128
 *                                  ({@code quantization_config})
 * @param attention             every layer's attention
 * @param experts               mixture of experts, absent in a dense model
 */
public record ModelConfig(String modelType, int vocabSize, int numHiddenLayers, int intermediateSize,
        int maxPositionEmbeddings, boolean tieWordEmbeddings, OptionalInt bosTokenId, List<Integer> eosTokenIds,
        StoredType storedType, boolean fp8Blocks, MlaConfig attention, Optional<MoeConfig> experts) {

    /**
     * Checks the values.
     *
     * @throws ConfigurationException naming the first value out of range
     */
    public ModelConfig {
        Checks.present("model_type", modelType);
        Checks.present("torch_dtype", storedType);
        Checks.present("attention", attention);
        Checks.atLeast("vocab_size", vocabSize, 1);
        Checks.atLeast("num_hidden_layers", numHiddenLayers, 1);
        Checks.atLeast("intermediate_size", intermediateSize, 1);
        Checks.atLeast("max_position_embeddings", maxPositionEmbeddings, 1);
        eosTokenIds = List.copyOf(eosTokenIds);
        for (int id : eosTokenIds) {
            Checks.between("eos_token_id", id, 0, vocabSize - 1);
        }
        if (bosTokenId.isPresent()) {
            Checks.between("bos_token_id", bosTokenId.getAsInt(), 0, vocabSize - 1);
        }
    }

    /**
     * Width of a token between layers.
     *
     * @return {@code hidden_size}
     */
    public int hiddenSize() {
        return attention.hiddenSize();
    }

    /**
     * Whether a layer's feed-forward is a mixture of experts.
     *
     * @param layer index from 0
     * @return false for a dense layer
     */
    public boolean isMoeLayer(int layer) {
        return experts.isPresent() && experts.get().isMoeLayer(layer);
    }
}
