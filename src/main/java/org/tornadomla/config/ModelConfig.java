package org.tornadomla.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import org.tornadomla.error.ConfigurationException;

/**
 * A whole decoder: DeepSeek-V2, V3 and the models that share their parts. Its layers are data: a list, each a list of
 * blocks, and nothing else tells which layer has what.
 */
public final class ModelConfig {

    /** Checkpoint name of a head that is no embedding. */
    public static final String OWN_HEAD = "lm_head.weight";
    /** What the names of all layers' weights start with, before the layer's index. */
    public static final String LAYERS = "model.layers.";

    private final Builder parts;
    private final List<Layer> layers;
    private final List<Integer> eosTokenIds;

    private ModelConfig(Builder given) {
        this.parts = given.copy();
        this.eosTokenIds = List.copyOf(parts.eosTokenIds);
        this.layers = List.copyOf(parts.layers);
        Checks.present("model_type", parts.modelType);
        Checks.present("torch_dtype", parts.storedType);
        Checks.atLeast("vocab_size", parts.vocabSize, 1);
        Checks.atLeast("num_hidden_layers", layers.size(), 1);
        Checks.atLeast("max_position_embeddings", parts.maxPositionEmbeddings, 1);
        for (int id : eosTokenIds) {
            Checks.between("eos_token_id", id, 0, parts.vocabSize - 1);
        }
        if (parts.bosTokenId.isPresent()) {
            Checks.between("bos_token_id", parts.bosTokenId.getAsInt(), 0, parts.vocabSize - 1);
        }
        if (blocks(AttentionBlock.class).findFirst().isEmpty()) {
            throw new ConfigurationException("no layer of " + parts.modelType + " has latent attention");
        }
    }

    /**
     * A builder. Without more, weights are in float32, the head is a weight of its own, and no ids begin or end a text.
     *
     * @param modelType {@code model_type}, as the file spells it
     * @return the builder
     */
    public static Builder builder(String modelType) {
        return new Builder(modelType);
    }

    /** {@code model_type}, as the file spells it. */
    public String modelType() {
        return parts.modelType;
    }

    /** {@code vocab_size}. */
    public int vocabSize() {
        return parts.vocabSize;
    }

    /** Positions the model was made for, {@code max_position_embeddings}. */
    public int maxPositionEmbeddings() {
        return parts.maxPositionEmbeddings;
    }

    /** Whether the embedding also is the head, {@code tie_word_embeddings}. */
    public boolean tieWordEmbeddings() {
        return parts.tieWordEmbeddings;
    }

    /** {@code bos_token_id}, absent where the file has none. */
    public OptionalInt bosTokenId() {
        return parts.bosTokenId;
    }

    /** {@code eos_token_id}, one or several; empty where the file has none. */
    public List<Integer> eosTokenIds() {
        return eosTokenIds;
    }

    /** {@code torch_dtype}. */
    public StoredType storedType() {
        return parts.storedType;
    }

    /** Whether matrices are FP8 E4M3 with one scale a block of 128 x 128 ({@code quantization_config}). */
    public boolean fp8Blocks() {
        return parts.fp8Blocks;
    }

    /** The layers in order; a multi-token-prediction layer behind them is not counted. */
    public List<Layer> layers() {
        return layers;
    }

    /** {@code num_hidden_layers}. */
    public int numHiddenLayers() {
        return layers.size();
    }

    /** Width of a token between layers, {@code hidden_size}. */
    public int hiddenSize() {
        return attention().hiddenSize();
    }

    /** The attention of the first layer, whose rotary embedding and head widths all layers share. */
    public MlaConfig attention() {
        return blocks(AttentionBlock.class).findFirst().orElseThrow().config();
    }

    /** The first mixture of experts; absent in a dense model. */
    public Optional<MoeConfig> experts() {
        return blocks(MixtureBlock.class).findFirst().map(MixtureBlock::config);
    }

    /** Layers before the first that has experts; all where none has. */
    public int denseLayers() {
        return (int) layers.stream().takeWhile(layer -> !layer.has(MixtureBlock.class)).count();
    }

    /** Width of the first dense feed-forward, of an expert where there is none; 0 where there is neither. */
    public int intermediateSize() {
        return blocks(DenseBlock.class).findFirst().map(DenseBlock::intermediate)
                .orElse(experts().map(MoeConfig::moeIntermediateSize).orElse(0));
    }

    /** All blocks of a kind, in order. */
    public <B extends Block> Stream<B> blocks(Class<B> kind) {
        return layers.stream().flatMap(layer -> layer.blocks().stream()).filter(kind::isInstance).map(kind::cast);
    }

    /** Pools of the latent cache that all layers take. */
    public int pools() {
        return layers.stream().flatMap(layer -> layer.blocks().stream()).mapToInt(Block::pools).sum();
    }

    /** Checkpoint name of the token embedding. */
    public String embeddingName() {
        return "model.embed_tokens.weight";
    }

    /** Checkpoint name of the final norm's weight. */
    public String normName() {
        return "model.norm.weight";
    }

    /** Checkpoint name of the projection to the vocabulary: the embedding's where they are one. */
    public String headName() {
        return tieWordEmbeddings() ? embeddingName() : OWN_HEAD;
    }

    /**
     * The weights of the model.
     *
     * @return by name, in the order of computation
     */
    public Map<String, Weight> weights() {
        long hidden = hiddenSize();
        WeightList list = new WeightList();
        list.add(embeddingName(), WeightPart.EMBEDDING, vocabSize(), hidden);
        layers.forEach(layer -> layer.weights(list.under(layer.prefix()), hiddenSize()));
        list.add(normName(), WeightPart.NORM, hidden);
        list.addIf(!tieWordEmbeddings(), headName(), WeightPart.HEAD, vocabSize(), hidden);
        return list.weights();
    }

    /** Sets the parts of a {@link ModelConfig} by name; each method returns this builder. */
    public static final class Builder {

        private final String modelType;
        private int vocabSize;
        private int maxPositionEmbeddings;
        private boolean tieWordEmbeddings;
        private OptionalInt bosTokenId = OptionalInt.empty();
        private List<Integer> eosTokenIds = List.of();
        private StoredType storedType = StoredType.FLOAT32;
        private boolean fp8Blocks;
        private List<Layer> layers = List.of();

        private Builder(String modelType) {
            this.modelType = modelType;
        }

        private Builder copy() {
            Builder copy = new Builder(modelType);
            copy.vocabSize = vocabSize;
            copy.maxPositionEmbeddings = maxPositionEmbeddings;
            copy.tieWordEmbeddings = tieWordEmbeddings;
            copy.bosTokenId = bosTokenId;
            copy.eosTokenIds = eosTokenIds;
            copy.storedType = storedType;
            copy.fp8Blocks = fp8Blocks;
            copy.layers = layers;
            return copy;
        }

        /** Sets {@link ModelConfig#vocabSize()}. */
        public Builder vocabSize(int value) {
            this.vocabSize = value;
            return this;
        }

        /** Sets {@link ModelConfig#maxPositionEmbeddings()}. */
        public Builder maxPositionEmbeddings(int value) {
            this.maxPositionEmbeddings = value;
            return this;
        }

        /** Sets {@link ModelConfig#tieWordEmbeddings()}. */
        public Builder tieWordEmbeddings(boolean value) {
            this.tieWordEmbeddings = value;
            return this;
        }

        /** Sets {@link ModelConfig#bosTokenId()}. */
        public Builder bosTokenId(OptionalInt value) {
            this.bosTokenId = value;
            return this;
        }

        /** Sets {@link ModelConfig#eosTokenIds()}. */
        public Builder eosTokenIds(List<Integer> value) {
            this.eosTokenIds = value;
            return this;
        }

        /** Sets {@link ModelConfig#storedType()}. */
        public Builder storedType(StoredType value) {
            this.storedType = value;
            return this;
        }

        /** Sets {@link ModelConfig#fp8Blocks()}. */
        public Builder fp8Blocks(boolean value) {
            this.fp8Blocks = value;
            return this;
        }

        /**
         * Sets {@link ModelConfig#layers()}, under the names {@code model.layers.0.} and so on.
         *
         * @param count  number of layers
         * @param blocks of a layer, by its index from 0
         */
        public Builder layers(int count, IntFunction<List<Block>> blocks) {
            Checks.atLeast("num_hidden_layers", count, 1);
            List<Layer> all = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                all.add(new Layer(LAYERS + index + ".", blocks.apply(index)));
            }
            this.layers = all;
            return this;
        }

        /**
         * The model.
         *
         * @throws ConfigurationException naming the first value out of range
         */
        public ModelConfig build() {
            return new ModelConfig(this);
        }
    }
}
