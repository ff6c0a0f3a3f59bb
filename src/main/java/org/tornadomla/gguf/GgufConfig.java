package org.tornadomla.gguf;

import static org.tornadomla.gguf.GgufKeys.*;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.Block;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.config.RopeType;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;

/** Reads the configuration of a {@code deepseek2} model out of the metadata of its GGUF file. */
final class GgufConfig {

    private static final int SOFTMAX = 1;
    private static final int SIGMOID = 2;
    private static final int QUANTIZATION = 2;
    /** The file's logarithmic multiplier is this times {@code mscale_all_dim}. */
    private static final BigDecimal MULTIPLIER = new BigDecimal("0.1");

    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors;

    private GgufConfig(GgufMetadata metadata, Map<String, GgufTensor> tensors) {
        this.metadata = metadata;
        this.tensors = tensors;
    }

    /**
     * Reads the configuration.
     *
     * @throws org.tornadomla.error.CheckpointException    naming a key that is missing, unknown or of another type
     * @throws org.tornadomla.error.ConfigurationException naming a value out of range
     */
    static ModelConfig read(GgufParts parts) {
        return new GgufConfig(parts.metadata(), parts.tensors()).read();
    }

    private ModelConfig read() {
        refuseUnknown();
        Scoring scoring = scoring();
        Optional<MoeConfig> experts = experts(scoring);
        MlaConfig attention = attention(scoring);
        return ModelConfig.builder(scoring == Scoring.SIGMOID ? "deepseek_v3" : "deepseek_v2").vocabSize(vocabulary())
                .maxPositionEmbeddings(metadata.integer(POSITIONS))
                .tieWordEmbeddings(!tensors.containsKey(GgufNames.HEAD))
                .rmsNormEps(metadata.optionalNumber(EPSILON).orElse(MlaConfig.DEFAULT_RMS_NORM_EPS))
                .bosTokenId(metadata.optionalInteger(GgufTokenizer.BEGIN)).eosTokenIds(ends())
                .layers(layerCount(), layers(attention, experts)).build();
    }

    /** The number of layers, held against the tensors before anything of that length is made. */
    private int layerCount() {
        int layers = metadata.integer(LAYERS);
        if (layers > tensors.size()) {
            throw metadata.bad(LAYERS + " is " + layers + ", more than the file has tensors, " + tensors.size());
        }
        return layers;
    }

    private IntFunction<List<Block>> layers(MlaConfig attention, Optional<MoeConfig> experts) {
        List<Block> dense = List.of(new AttentionBlock(attention),
                new DenseBlock(attention.hiddenSize(), metadata.integer(INTERMEDIATE)));
        if (experts.isEmpty()) {
            return index -> dense;
        }
        List<Block> mixture = List.of(new AttentionBlock(attention),
                new MixtureBlock(attention.hiddenSize(), experts.get()));
        int first = metadata.optionalInteger(DENSE_LAYERS).orElse(0);
        return index -> index < first ? dense : mixture;
    }

    private void refuseUnknown() {
        String architecture = metadata.text(ARCHITECTURE);
        if (!architecture.equals(DEEPSEEK2)) {
            throw metadata.bad(ARCHITECTURE + " is " + architecture + ", supported: " + DEEPSEEK2
                    + " (DeepSeek-V2, V2.5, V3, R1, Kimi K2, Moonlight)");
        }
        int version = metadata.optionalInteger(QUANTIZATION_VERSION).orElse(QUANTIZATION);
        if (version != QUANTIZATION) {
            throw metadata.bad(QUANTIZATION_VERSION + " is " + version + ", must be " + QUANTIZATION
                    + "; quantise the model with a newer llama.cpp");
        }
        for (String key : metadata.keys()) {
            Double neutral = NEUTRAL.get(key);
            if (neutral != null && metadata.optionalNumber(key).orElse(neutral) != neutral) {
                throw metadata.bad(key + " is " + metadata.optionalNumber(key).getAsDouble()
                        + ", which changes the computation; supported: " + neutral);
            }
            if (key.startsWith(PREFIX) && neutral == null && !READ.contains(key) && !WITHOUT_EFFECT.contains(key)) {
                throw metadata.bad("metadata key " + key
                        + " is not known; it may change the computation, so the file is not used");
            }
        }
    }

    private Scoring scoring() {
        int number = metadata.optionalInteger(EXPERT_GATING).orElse(SOFTMAX);
        return switch (number) {
            case SOFTMAX -> Scoring.SOFTMAX;
            case SIGMOID -> Scoring.SIGMOID;
            default -> throw metadata.bad(EXPERT_GATING + " is " + number + ", supported: " + SOFTMAX + " (softmax), "
                    + SIGMOID + " (sigmoid)");
        };
    }

    private int vocabulary() {
        GgufTensor embedding = tensors.get(GgufNames.EMBEDDING);
        if (embedding == null) {
            throw metadata.bad("tensor " + GgufNames.EMBEDDING + " is missing");
        }
        OptionalInt declared = metadata.optionalInteger(VOCABULARY);
        if (declared.isPresent()) {
            return declared.getAsInt();
        }
        if (embedding.shape().getFirst() > Integer.MAX_VALUE) {
            throw metadata.bad("tensor " + GgufNames.EMBEDDING + " has " + embedding.shape().getFirst() + " rows");
        }
        return embedding.shape().getFirst().intValue();
    }

    private List<Integer> ends() {
        Set<Integer> ids = new LinkedHashSet<>();
        for (String key : GgufTokenizer.ENDS) {
            metadata.optionalInteger(key).ifPresent(ids::add);
        }
        return List.copyOf(ids);
    }

    private MlaConfig attention(Scoring scoring) {
        int rope = metadata.integer(ROPE_WIDTH);
        int rank = metadata.integer(LATENT_RANK);
        boolean split = metadata.has(HEAD_KEY_WIDTH);
        int keyWidth = metadata.integer(split ? HEAD_KEY_WIDTH : KEY_WIDTH);
        int valueWidth = metadata.integer(split ? HEAD_VALUE_WIDTH : VALUE_WIDTH);
        int heads = metadata.integer(HEADS);
        if (split) {
            require(KEY_HEADS, 1);
            require(KEY_WIDTH, rank + rope);
            require(VALUE_WIDTH, rank);
        } else {
            require(KEY_HEADS, heads);
        }
        // The layouts of V2 and V3 differ in where results go, which no score notices; text is the same either way.
        RopeLayout layout = scoring == Scoring.SIGMOID ? RopeLayout.EVENS_THEN_ODDS : RopeLayout.NEIGHBOURS;
        return MlaConfig.builder().hiddenSize(metadata.integer(HIDDEN)).numHeads(heads)
                .qLoraRank(metadata.optionalInteger(QUERY_RANK).orElse(0)).kvLoraRank(rank)
                .qkNopeHeadDim(keyWidth - rope).qkRopeHeadDim(rope).vHeadDim(valueWidth).rope(rope(layout)).build();
    }

    /** A size that others imply; a file in which it differs means something else by it. */
    private void require(String key, int expected) {
        OptionalInt value = metadata.optionalInteger(key);
        if (value.isPresent() && value.getAsInt() != expected) {
            throw metadata.bad(key + " is " + value.getAsInt() + ", expected " + expected + " beside "
                    + (metadata.has(HEAD_KEY_WIDTH) ? HEAD_KEY_WIDTH : HEADS));
        }
    }

    private RopeConfig rope(RopeLayout layout) {
        double theta = metadata.optionalNumber(ROPE_BASE).orElse(RopeConfig.DEFAULT_THETA);
        String type = metadata.optionalText(ROPE_TYPE).orElse("none");
        return switch (type) {
            case "none" -> RopeConfig.plain(theta, layout);
            case "yarn" -> yarn(theta, layout);
            default -> throw metadata.bad(ROPE_TYPE + " is " + type + ", supported: none, yarn");
        };
    }

    private RopeConfig yarn(double theta, RopeLayout layout) {
        OptionalDouble factor = metadata.optionalNumber(ROPE_FACTOR);
        if (factor.isEmpty()) {
            throw metadata.bad("metadata has no " + ROPE_FACTOR + ", which " + ROPE_TYPE + " yarn needs");
        }
        // The file holds no mscale; in all published models it equals mscale_all_dim.
        OptionalDouble multiplier = metadata.optionalNumber(YARN_MULTIPLIER);
        OptionalDouble scale = multiplier.isPresent()
                ? OptionalDouble.of(BigDecimal.valueOf(multiplier.getAsDouble()).divide(MULTIPLIER).doubleValue())
                : OptionalDouble.empty();
        return RopeConfig.yarn(theta).factor(factor.getAsDouble())
                .originalMaxPositionEmbeddings(metadata.integer(ROPE_CONTEXT))
                .betaFast(metadata.optionalNumber(YARN_BETA_FAST).orElse(RopeConfig.DEFAULT_BETA_FAST))
                .betaSlow(metadata.optionalNumber(YARN_BETA_SLOW).orElse(RopeConfig.DEFAULT_BETA_SLOW)).mscale(scale)
                .mscaleAllDim(scale).layout(layout).build();
    }

    /** Holds the number of experts against the tensors, before anything of that length is made. */
    private void requireExperts(int count) {
        tensors.forEach((name, tensor) -> {
            if (name.endsWith("." + GgufNames.DOWN_EXPERTS) && tensor.shape().getFirst() != count) {
                throw metadata.bad(EXPERTS + " is " + count + ", tensor " + name + " has shape " + tensor.shape());
            }
        });
    }

    private Optional<MoeConfig> experts(Scoring scoring) {
        int count = metadata.optionalInteger(EXPERTS).orElse(0);
        if (count == 0) {
            return Optional.empty();
        }
        requireExperts(count);
        Optional<PublishedGroups> published = metadata.has(EXPERT_GROUPS)
                ? Optional.empty()
                : PublishedGroups.of(count, metadata.integer(LAYERS), metadata.integer(HIDDEN));
        int groups = published.map(PublishedGroups::groups)
                .orElseGet(() -> Math.max(1, metadata.optionalInteger(EXPERT_GROUPS).orElse(1)));
        int used = published.map(PublishedGroups::used)
                .orElseGet(() -> Math.max(1, metadata.optionalInteger(EXPERT_GROUPS_USED).orElse(groups)));
        TopkMethod method = TopkMethod.GREEDY;
        if (scoring == Scoring.SIGMOID) {
            method = TopkMethod.NOAUX_TC;
        } else if (groups > 1) {
            method = TopkMethod.GROUP_LIMITED_GREEDY;
        }
        double scale = metadata.optionalNumber(EXPERT_SCALE).orElse(0);
        return Optional.of(MoeConfig.builder().nRoutedExperts(count).numExpertsPerTok(metadata.integer(EXPERTS_USED))
                .nSharedExperts(metadata.optionalInteger(EXPERTS_SHARED).orElse(0))
                .moeIntermediateSize(metadata.integer(EXPERT_WIDTH)).nGroup(groups).topkGroup(used).topkMethod(method)
                .scoring(scoring).normTopkProb(metadata.optionalFlag(EXPERT_NORM).orElse(false))
                .routedScalingFactor(scale == 0 ? 1 : scale).build());
    }
}
