package org.tornadomla.config;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

import org.tornadomla.error.ConfigurationException;

/** Reads rotary settings under their old names (rope_theta, rope_scaling) and their new one (rope_parameters). */
final class RopeReader {

    private static final String OLD = "rope_scaling";
    private static final String NEW = "rope_parameters";
    private static final String THETA = "rope_theta";

    private static final String SHARE = "partial_rotary_factor";
    /** Settings of yarn, which other kinds do not look at. */
    private static final Set<String> YARN = Set.of("factor", "original_max_position_embeddings", "beta_fast",
            "beta_slow", "mscale", "mscale_all_dim", "attention_factor", "truncate");
    /** A setting that the model's own key of that name repeats. */
    private static final String REPEATED = "max_position_embeddings";

    private final RopeLayout layout;
    private final double share;
    private final Set<String> known;

    /**
     * A reader.
     *
     * @param share of the dimension that {@code partial_rotary_factor} counts, which is the rotary part
     * @param known settings that others read
     */
    private RopeReader(RopeLayout layout, double share, Set<String> known) {
        this.layout = layout;
        this.share = share;
        this.known = known;
    }

    static RopeConfig read(JsonObject json, RopeLayout layout, double share, Set<String> known) {
        return new RopeReader(layout, share, known).read(json);
    }

    private RopeConfig read(JsonObject json) {
        requireWhole(json);
        if (!json.has(NEW)) {
            double theta = json.number(THETA, RopeConfig.DEFAULT_THETA);
            return json.has(OLD) ? parameters(json.object(OLD), theta) : RopeConfig.plain(theta, layout);
        }
        JsonObject parameters = json.object(NEW);
        double theta = parameters.number(THETA, json.number(THETA, RopeConfig.DEFAULT_THETA));
        RopeConfig rope = parameters(parameters, theta);
        double oldTheta = json.number(THETA, theta);
        RopeConfig old = rope;
        if (json.has(OLD)) {
            old = parameters(json.object(OLD), oldTheta);
        } else if (json.mentions(OLD)) {
            old = RopeConfig.plain(oldTheta, layout);
        }
        if (!old.equals(rope) || oldTheta != theta) {
            throw new ConfigurationException(
                    json.where() + " has rotary settings under old names (" + THETA + " " + oldTheta + ", " + OLD + ": "
                            + old + ") and under " + NEW + " (" + rope + ") that differ; remove one of them");
        }
        return rope;
    }

    private void requireWhole(JsonObject json) {
        double given = json.number(SHARE, share);
        if (given != share) {
            throw json.unsupported(SHARE, given, share + ": all components of a rotary key turn");
        }
    }

    private RopeConfig parameters(JsonObject json, double outerTheta) {
        double theta = json.number(THETA, outerTheta);
        String name = typeName(json);
        RopeConfig rope = switch (name) {
            case "default" -> RopeConfig.plain(theta, layout);
            case "yarn" -> yarn(json, theta);
            default -> throw json.unsupported("rope_type", name, "default, yarn");
        };
        requireWhole(json);
        refuseOthers(json, name);
        return rope;
    }

    /** Rotary settings that nobody reads would turn other angles; those of yarn are known, and unused, without it. */
    private void refuseOthers(JsonObject json, String name) {
        List<String> others = json.unread().stream().filter(
                key -> !key.equals(REPEATED) && !known.contains(key) && (name.equals("yarn") || !YARN.contains(key)))
                .toList();
        for (String key : others) {
            if (json.value(key).isObject()) {
                throw json.unsupported(key, json.value(key), "one setting for all layers");
            }
        }
        if (!others.isEmpty()) {
            throw new ConfigurationException(
                    json.where() + " has rotary settings that are not known: " + Shortened.list(others, ", "));
        }
    }

    private static String typeName(JsonObject json) {
        String old = json.text("type", null);
        String name = json.text("rope_type", old);
        if (old != null && !old.equals(name)) {
            throw new ConfigurationException(
                    json.where() + " has type " + old + " and rope_type " + name + "; remove one of them");
        }
        if (name == null && json.has("factor")) {
            throw json.missing("rope_type");
        }
        return name == null ? "default" : name;
    }

    private RopeConfig yarn(JsonObject json, double theta) {
        OptionalDouble attentionFactor = json.optionalNumber("attention_factor");
        if (attentionFactor.isPresent()) {
            throw json.unsupported("attention_factor", attentionFactor.getAsDouble(), "none, it follows from mscale");
        }
        if (json.has("truncate") && !json.flag("truncate")) {
            throw json.unsupported("truncate", false, "true");
        }
        return RopeConfig.yarn(theta).factor(json.number("factor"))
                .originalMaxPositionEmbeddings(json.integer("original_max_position_embeddings"))
                .betaFast(json.number("beta_fast", RopeConfig.DEFAULT_BETA_FAST))
                .betaSlow(json.number("beta_slow", RopeConfig.DEFAULT_BETA_SLOW)).mscale(json.optionalNumber("mscale"))
                .mscaleAllDim(json.optionalNumber("mscale_all_dim")).layout(layout).build();
    }
}
