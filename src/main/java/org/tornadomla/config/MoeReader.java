package org.tornadomla.config;

import java.util.Optional;

/**
 * Reads the mixture-of-experts part of a configuration; the score function is never guessed from a family's name alone.
 */
final class MoeReader {

    private MoeReader() {
    }

    static Optional<MoeConfig> read(JsonObject json, ModelFamily family) {
        if (!json.has("n_routed_experts")) {
            return Optional.empty();
        }
        TopkMethod method = method(json, family);
        int groups = json.integer("n_group", 1);
        return Optional.of(new MoeConfig(json.integer("n_routed_experts"), json.integer("num_experts_per_tok"),
                json.integer("n_shared_experts", 0), json.integer("moe_intermediate_size"), groups,
                json.integer("topk_group", groups), method, scoring(json, method),
                json.flag("norm_topk_prob", family.normTopkProb()),
                json.number("routed_scaling_factor", family.routedScalingFactor())));
    }

    private static TopkMethod method(JsonObject json, ModelFamily family) {
        String name = json.text("topk_method", family.topkMethod());
        TopkMethod method = switch (name) {
            case "greedy" -> TopkMethod.GREEDY;
            case "group_limited_greedy" -> TopkMethod.GROUP_LIMITED_GREEDY;
            case "noaux_tc" -> TopkMethod.NOAUX_TC;
            default -> throw json.unsupported("topk_method", name, "greedy, group_limited_greedy, noaux_tc");
        };
        if (family == ModelFamily.V3 && method != TopkMethod.NOAUX_TC) {
            throw json.unsupported("topk_method of a DeepSeek-V3 class", name, "noaux_tc");
        }
        return method;
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
