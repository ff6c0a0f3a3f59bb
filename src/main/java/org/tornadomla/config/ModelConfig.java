package org.tornadomla.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * A whole decoder: DeepSeek-V2, V3 and the models that share their parts. Its layers are data: a list, each a list of
 * blocks, and nothing else tells which layer has what.
 */
@PublicApi(opaque = true)
public final class ModelConfig {

    private static final String OWN_HEAD = "lm_head.weight";
    /** Most layers of a model, many times those of any that is published; a number beyond it is a mistake. */
    private static final int MOST_LAYERS = 10_000;
    /** Most weights of a model; the largest that are published have 70,000. */
    private static final long MOST_WEIGHTS = 500_000;
    /** Most parameters of a model, a thousand times those of the largest that are published. */
    private static final long MOST_PARAMETERS = 1L << 50;

    private final Builder parts;
    private final List<Layer> layers;
    private final List<Integer> eosTokenIds;
    private final long parameters;

    private ModelConfig(Builder given) {
        this.parts = given.copy();
        this.eosTokenIds = List.copyOf(parts.eosTokenIds);
        Checks.present("model_type", parts.modelType);
        Checks.present("torch_dtype", parts.storedType);
        Checks.width("vocab_size", parts.vocabSize);
        Checks.between("num_hidden_layers", parts.layerCount, 1, MOST_LAYERS);
        Checks.positive("rms_norm_eps", parts.rmsNormEps);
        Checks.width("max_position_embeddings", parts.maxPositionEmbeddings);
        Checks.between("num_nextn_predict_layers", parts.predictionLayers, 0, MOST_LAYERS);
        for (int id : eosTokenIds) {
            Checks.between("eos_token_id", id, 0, parts.vocabSize - 1);
        }
        if (parts.bosTokenId.isPresent()) {
            Checks.between("bos_token_id", parts.bosTokenId.getAsInt(), 0, parts.vocabSize - 1);
        }
        this.layers = IntStream.range(0, parts.layerCount).mapToObj(
                index -> new Layer(layersPrefix() + (parts.firstLayer + index) + ".", parts.blocks.apply(index)))
                .toList();
        if (blocks(AttentionBlock.class).findFirst().isEmpty()) {
            throw new ConfigurationException("no layer of " + parts.modelType + " has latent attention");
        }
        this.parameters = count();
    }

    /** Counts weights before anything lists them all: blocks that are alike are listed once. */
    private long count() {
        Map<Block, long[]> known = new HashMap<>();
        long weights = 0;
        long numbers = (tieWordEmbeddings() ? 1L : 2L) * vocabSize() * hiddenSize() + hiddenSize();
        if (parts.junction.isPresent()) {
            WeightList list = new WeightList();
            parts.junction.get().weights(list, hiddenSize());
            numbers += list.weights().values().stream().mapToLong(Weight::count).sum();
        }
        for (Layer layer : layers) {
            for (Block block : layer.blocks()) {
                long[] counts = known.computeIfAbsent(block, ModelConfig::counts);
                int norms = block.normBehind().isPresent() ? 2 : 1;
                weights += counts[0] + norms;
                numbers = Math.addExact(numbers, counts[1] + (long) norms * hiddenSize());
                Checks.atMost("number of weights of " + parts.modelType, weights, MOST_WEIGHTS);
                Checks.atMost("number of parameters of " + parts.modelType, numbers, MOST_PARAMETERS);
            }
        }
        return numbers;
    }

    private static long[] counts(Block block) {
        WeightList list = new WeightList();
        block.weights(list);
        long numbers = 0;
        for (Weight weight : list.weights().values()) {
            numbers += weight.count();
            Checks.atMost("number of parameters of a layer", numbers, MOST_PARAMETERS);
        }
        return new long[]{list.weights().size(), numbers};
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

    /**
     * The same model, whose texts end with further tokens too.
     *
     * @param ids of tokens, in any order
     * @throws ConfigurationException when one is not in the vocabulary
     */
    public ModelConfig withEndTokens(List<Integer> ids) {
        List<Integer> all = Stream.concat(eosTokenIds.stream(), ids.stream()).distinct().toList();
        return all.equals(eosTokenIds) ? this : parts.copy().eosTokenIds(all).build();
    }

    /** {@code torch_dtype}. */
    public StoredType storedType() {
        return parts.storedType;
    }

    /** Whether matrices are FP8 E4M3 with one scale a block of 128 x 128 ({@code quantization_config}). */
    public boolean fp8Blocks() {
        return parts.fp8Blocks;
    }

    /** Whether matrices are 4-bit numbers in groups ({@code quantization_config}). */
    public boolean fourBits() {
        return parts.fourBits;
    }

    /** How the configuration says that weights are stored, where this library cannot read that; empty where it can. */
    public Optional<String> unreadableStorage() {
        return parts.unreadableStorage;
    }

    /** Added to the mean square in the norms between layers, {@code rms_norm_eps}; attention has its own. */
    public double rmsNormEps() {
        return parts.rmsNormEps;
    }

    /** Factors on embedding, blocks and logits; 1 in most models. */
    public Scales scales() {
        return parts.scales;
    }

    /** Layers behind the others that predict further tokens, {@code num_nextn_predict_layers}. */
    public int predictionLayers() {
        return parts.predictionLayers;
    }

    /** What joins hidden states and embeddings before the layers; empty in a model that takes ids alone. */
    public Optional<Junction> junction() {
        return parts.junction;
    }

    /**
     * The first prediction layer as a model of its own, which takes hidden states besides ids (DeepSeek-V3 report,
     * section 2.2). It has the blocks of the last layer; embedding and head are those of this model.
     *
     * @return empty where there is no such layer
     * @throws ConfigurationException where it has parts that are not covered
     */
    public Optional<ModelConfig> prediction() {
        if (parts.predictionLayers == 0) {
            return Optional.empty();
        }
        if (indexPools() > 0) {
            throw new ConfigurationException("prediction layers (num_nextn_predict_layers) of " + modelType()
                    + " have sparse attention, which is not covered; guess by other means");
        }
        if (!parts.scales.equals(Scales.NONE)) {
            throw new ConfigurationException("prediction layers (num_nextn_predict_layers) of " + modelType()
                    + " would have factors on embedding, blocks and logits, which is not covered");
        }
        Builder own = parts.copy();
        own.firstLayer = parts.layerCount;
        own.layerCount = 1;
        own.blocks = index -> layers.getLast().blocks();
        own.predictionLayers = 0;
        own.junction = Optional.of(new Junction(layersPrefix() + parts.layerCount + "."));
        return Optional.of(own.build());
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

    /** Number of parameters of all weights. */
    public long parameters() {
        return parameters;
    }

    /** All blocks of a kind, in order, those within others too. */
    public <B extends Block> Stream<B> blocks(Class<B> kind) {
        return layers.stream().flatMap(layer -> layer.blocks().stream()).flatMap(Block::parts).filter(kind::isInstance)
                .map(kind::cast);
    }

    /** Pools of the latent cache that all layers take. */
    public int pools() {
        return layers.stream().flatMap(layer -> layer.blocks().stream()).mapToInt(Block::pools).sum();
    }

    /** Pools of indexers' keys that all layers take. */
    public int indexPools() {
        return layers.stream().flatMap(layer -> layer.blocks().stream()).mapToInt(Block::indexPools).sum();
    }

    /** Checkpoint name of the token embedding. */
    public String embeddingName() {
        return parts.prefix + "model.embed_tokens.weight";
    }

    /** Checkpoint name of the final norm's weight. */
    public String normName() {
        return parts.junction.map(Junction::finalNorm).orElse(parts.prefix + "model.norm.weight");
    }

    /** What the names of all layers' weights start with, before the layer's index. */
    public String layersPrefix() {
        return parts.prefix + "model.layers.";
    }

    /** What the names of weights start with that belong to other parts of the model and are not used. */
    public List<String> skippedPrefixes() {
        return parts.skippedPrefixes;
    }

    /** Checkpoint name of a head that is no embedding. */
    public String ownHeadName() {
        return parts.prefix + OWN_HEAD;
    }

    /** Checkpoint name of the projection to the vocabulary: the embedding's where they are one. */
    public String headName() {
        return tieWordEmbeddings() ? embeddingName() : ownHeadName();
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
        parts.junction.ifPresent(junction -> junction.weights(list, hidden));
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
        private boolean fourBits;
        private Optional<String> unreadableStorage = Optional.empty();
        private double rmsNormEps = MlaConfig.DEFAULT_RMS_NORM_EPS;
        private Scales scales = Scales.NONE;
        private String prefix = "";
        private List<String> skippedPrefixes = List.of();
        private int layerCount;
        private int firstLayer;
        private int predictionLayers;
        private Optional<Junction> junction = Optional.empty();
        private IntFunction<List<Block>> blocks = index -> List.of();

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
            copy.fourBits = fourBits;
            copy.unreadableStorage = unreadableStorage;
            copy.rmsNormEps = rmsNormEps;
            copy.scales = scales;
            copy.prefix = prefix;
            copy.skippedPrefixes = List.copyOf(skippedPrefixes);
            copy.layerCount = layerCount;
            copy.firstLayer = firstLayer;
            copy.predictionLayers = predictionLayers;
            copy.junction = junction;
            copy.blocks = blocks;
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

        /** Sets {@link ModelConfig#fourBits()}. */
        public Builder fourBits(boolean value) {
            this.fourBits = value;
            return this;
        }

        /** Sets {@link ModelConfig#unreadableStorage()}. */
        public Builder unreadableStorage(Optional<String> value) {
            this.unreadableStorage = value;
            return this;
        }

        /** Sets {@link ModelConfig#rmsNormEps()}. */
        public Builder rmsNormEps(double value) {
            this.rmsNormEps = value;
            return this;
        }

        /** Sets {@link ModelConfig#scales()}. */
        public Builder scales(Scales value) {
            this.scales = value;
            return this;
        }

        /** Sets what all names of weights start with, as {@code "language_model."}. */
        public Builder prefix(String value) {
            this.prefix = value;
            return this;
        }

        /** Sets {@link ModelConfig#skippedPrefixes()}. */
        public Builder skippedPrefixes(List<String> value) {
            this.skippedPrefixes = value;
            return this;
        }

        /**
         * Sets {@link ModelConfig#layers()}, under the names {@code model.layers.0.} and so on.
         *
         * @param count number of layers
         * @param layer blocks of a layer, by its index from 0
         */
        public Builder layers(int count, IntFunction<List<Block>> layer) {
            this.layerCount = count;
            this.blocks = layer;
            return this;
        }

        /** Sets {@link ModelConfig#predictionLayers()}. */
        public Builder predictionLayers(int count) {
            this.predictionLayers = count;
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
