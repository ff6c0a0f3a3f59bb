package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import org.tornadomla.error.ConfigurationException;

/** Reads which layer of a model has which blocks; no other class works with the index of a layer. */
final class LayerReader {

    private static final String FIRST = "first_k_dense_replace";
    private static final String FREQUENCY = "moe_layer_freq";
    private static final String TYPES = "mlp_layer_types";

    private LayerReader() {
    }

    /** The blocks of a layer, by its index from 0. */
    static IntFunction<List<Block>> read(JsonObject json, ModelFamily family, MlaConfig attention) {
        int hidden = attention.hiddenSize();
        List<Block> dense = List.of(new AttentionBlock(attention),
                new DenseBlock(hidden, json.integer("intermediate_size")));
        Optional<MoeConfig> experts = MoeReader.read(json, family);
        if (experts.isEmpty()) {
            return index -> dense;
        }
        if (family.has(ModelFamily.SHORTCUT)) {
            List<Block> halves = halves(attention, json.integer("intermediate_size"), experts.get());
            return index -> halves;
        }
        Block mixture = mixture(hidden, experts.get(), family);
        int layers = json.integer("num_hidden_layers");
        IntPredicate sparse = sparse(json, family, layers);
        AttentionBlock own = new AttentionBlock(attention);
        if (attention.indexer().isEmpty()) {
            return index -> sparse.test(index) ? List.of(own, mixture) : dense;
        }
        List<Boolean> shared = IndexerReader.shared(json, family, layers);
        AttentionBlock taking = new AttentionBlock(
                attention.toBuilder().indexer(attention.indexer().map(IndexerConfig::asShared)).build());
        return index -> List.of(shared.get(index) ? taking : own, sparse.test(index) ? mixture : dense.getLast());
    }

    private static Block mixture(int hidden, MoeConfig experts, ModelFamily family) {
        MixtureBlock plain = new MixtureBlock(hidden, experts);
        return family.has(ModelFamily.NORM_BEHIND)
                ? new MixtureBlock(plain.norm(), Optional.of("post_mlp_layernorm.weight"), plain.prefix(), hidden,
                        experts, plain.router())
                : plain;
    }

    /** A layer of LongCat-Flash: two attentions, each with a dense feed-forward, and one mixture. */
    private static List<Block> halves(MlaConfig attention, int intermediate, MoeConfig experts) {
        List<Block> blocks = new ArrayList<>();
        int hidden = attention.hiddenSize();
        MixtureBlock mixture = new MixtureBlock("post_attention_layernorm.0.weight", Optional.empty(), "mlp.", hidden,
                experts, RouterNames.CLASSIFIER);
        for (int half = 0; half < 2; half++) {
            blocks.add(new AttentionBlock("input_layernorm." + half + ".weight", "self_attn." + half + ".", attention));
            blocks.add(new ShortcutBlock(new DenseBlock("post_attention_layernorm." + half + ".weight",
                    "mlps." + half + ".", hidden, intermediate), mixture, half == 0));
        }
        return blocks;
    }

    /**
     * Prefixes of weights that files of a model with experts without weights hold all the same: transformers saves
     * such.
     */
    static List<String> unusedExperts(ModelConfig model) {
        return model.experts().filter(experts -> experts.nZeroExperts() > 0)
                .map(experts -> model.layers().stream()
                        .flatMap(layer -> IntStream.range(experts.nRoutedExperts(), experts.choices())
                                .mapToObj(expert -> layer.prefix() + "mlp." + MixtureBlock.expertPrefix(expert)))
                        .toList())
                .orElse(List.of());
    }

    /** Which layers have a mixture. Two keys can tell it; where both stand, they must tell the same. */
    private static IntPredicate sparse(JsonObject json, ModelFamily family, int layers) {
        int firstDense = json.integer(FIRST, 1);
        int frequency = json.integer(FREQUENCY, 1);
        Checks.atLeast(FIRST, firstDense, 0);
        Checks.atLeast(FREQUENCY, frequency, 1);
        IntPredicate counted = index -> index >= firstDense && index % frequency == 0;
        boolean byTypes = family.layers().equals(TYPES);
        if (!json.has(TYPES)) {
            // A class that reads types alone has one dense layer where there are none, whatever else stands there.
            if (byTypes && !(firstDense == 1 && frequency == 1)) {
                throw json.unsupported(FIRST + " without " + TYPES + " of a " + family.name() + " class", firstDense,
                        "1");
            }
            return counted;
        }
        List<Boolean> types = types(json, layers);
        if (!byTypes || json.mentions(FIRST)) {
            for (int index = 0; index < layers; index++) {
                if (types.get(index) != counted.test(index)) {
                    throw new ConfigurationException(json.where() + ": " + TYPES + " says of layer " + index + " what "
                            + FIRST + " " + firstDense + " and " + FREQUENCY + " " + frequency
                            + " do not; remove what is wrong");
                }
            }
        }
        return types::get;
    }

    private static List<Boolean> types(JsonObject json, int layers) {
        JsonNode array = json.value(TYPES);
        if (!array.isArray() || array.size() != layers) {
            throw json.unsupported(TYPES, array, "a list of dense and sparse, one a layer, " + layers + " in all");
        }
        List<Boolean> sparse = new ArrayList<>();
        for (JsonNode type : array) {
            if (!type.asText().equals("dense") && !type.asText().equals("sparse")) {
                throw json.unsupported(TYPES, array, "a list of dense and sparse");
            }
            sparse.add(type.asText().equals("sparse"));
        }
        return sparse;
    }
}
