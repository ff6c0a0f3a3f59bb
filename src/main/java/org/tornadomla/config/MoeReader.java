package org.tornadomla.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the mixture-of-experts part of a configuration; the score function is never guessed from a family's name alone.
 */
final class MoeReader {

    /** Keys that mean nothing in a model without experts. */
    private static final List<String> KEYS = List.of("num_experts_per_tok", "n_shared_experts", "moe_intermediate_size",
            "n_group", "topk_group", "topk_method", "scoring_func", "norm_topk_prob", "routed_scaling_factor",
            "first_k_dense_replace", "moe_layer_freq");

    private MoeReader() {
    }

    static Optional<MoeConfig> read(JsonObject json, ModelFamily family) {
        if (family.routing().isEmpty()) {
            return Optional.empty();
        }
        if (!json.has("n_routed_experts")) {
            KEYS.forEach(json::mentions);
            return Optional.empty();
        }
        TopkMethod method = method(json, family);
        int experts = json.integer("n_routed_experts");
        int chosen = json.integer("num_experts_per_tok");
        // Greedy choice knows no groups, so a configuration need not have them; what it has is checked all the same.
        boolean grouped = method.hasGroups();
        int groups = grouped ? json.integer("n_group") : json.integer("n_group", 1);
        return Optional.of(MoeConfig.builder().nRoutedExperts(experts).numExpertsPerTok(chosen)
                .nSharedExperts(json.integer("n_shared_experts", 0))
                .moeIntermediateSize(json.integer("moe_intermediate_size")).nGroup(groups)
                .topkGroup(grouped ? json.integer("topk_group") : json.integer("topk_group", groups)).topkMethod(method)
                .nZeroExperts(family.has(ModelFamily.SHORTCUT) ? json.integer("zero_expert_num", 0) : 0)
                .scoring(scoring(json, method)).normTopkProb(normalised(json, method, chosen))
                .routedScalingFactor(json.number("routed_scaling_factor")).build());
    }

    /**
     * Whether the chosen weights are normalised. Of softmax scores DeepSeek's own code normalises and then does not
     * scale, where transformers scales and does not normalise; with one expert a token both only scale.
     */
    private static boolean normalised(JsonObject json, TopkMethod method, int chosen) {
        boolean normalised = json.flag("norm_topk_prob");
        if (!normalised || method == TopkMethod.NOAUX_TC || method == TopkMethod.TWO_BEST_GROUPS) {
            return normalised;
        }
        if (chosen > 1) {
            throw json.unsupported("norm_topk_prob of softmax scores", true,
                    "false, since DeepSeek's own code then normalises the chosen weights and does not scale them, and"
                            + " transformers scales them and does not normalise them");
        }
        return false;
    }

    private static TopkMethod method(JsonObject json, ModelFamily family) {
        String name = json.text("topk_method");
        if (!family.routing().contains(name)) {
            throw json.unsupported("topk_method of a " + family.name() + " class", name,
                    String.join(", ", family.routing()));
        }
        return TopkMethod.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** The method settles the function; a name beside it must be known and agree. */
    private static Scoring scoring(JsonObject json, TopkMethod method) {
        Scoring settled = method == TopkMethod.NOAUX_TC ? Scoring.SIGMOID : Scoring.SOFTMAX;
        String name = json.text("scoring_func", null);
        if (name == null) {
            return settled;
        }
        return switch (name) {
            case "softmax" -> Scoring.SOFTMAX;
            case "sigmoid" -> Scoring.SIGMOID;
            default -> throw json.unsupported("scoring_func", name, "softmax, sigmoid");
        };
    }
}
