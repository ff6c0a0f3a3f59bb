package org.tornadomla.config;

import java.util.OptionalDouble;

import org.tornadomla.error.ConfigurationException;

/** Reads rotary settings under their old names (rope_theta, rope_scaling) and their new one (rope_parameters). */
final class RopeReader {

    private static final String OLD = "rope_scaling";
    private static final String NEW = "rope_parameters";
    private static final String THETA = "rope_theta";

    private RopeReader() {
    }

    static RopeConfig read(JsonObject json, RopeLayout layout) {
        if (!json.has(NEW)) {
            double theta = json.number(THETA, RopeConfig.DEFAULT_THETA);
            return json.has(OLD) ? parameters(json.object(OLD), theta, layout) : RopeConfig.plain(theta, layout);
        }
        JsonObject parameters = json.object(NEW);
        double theta = parameters.number(THETA, json.number(THETA, RopeConfig.DEFAULT_THETA));
        RopeConfig rope = parameters(parameters, theta, layout);
        double oldTheta = json.number(THETA, theta);
        RopeConfig old = rope;
        if (json.has(OLD)) {
            old = parameters(json.object(OLD), oldTheta, layout);
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

    private static RopeConfig parameters(JsonObject json, double outerTheta, RopeLayout layout) {
        double theta = json.number(THETA, outerTheta);
        String name = typeName(json);
        return switch (name) {
            case "default" -> RopeConfig.plain(theta, layout);
            case "yarn" -> yarn(json, theta, layout);
            default -> throw json.unsupported("rope_type", name, "default, yarn");
        };
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

    private static RopeConfig yarn(JsonObject json, double theta, RopeLayout layout) {
        OptionalDouble attentionFactor = json.optionalNumber("attention_factor");
        if (attentionFactor.isPresent()) {
            throw json.unsupported("attention_factor", attentionFactor.getAsDouble(), "none, it follows from mscale");
        }
        if (!json.flag("truncate", true)) {
            throw json.unsupported("truncate", false, "true");
        }
        return new RopeConfig(theta, RopeType.YARN, json.number("factor"),
                json.integer("original_max_position_embeddings"),
                json.number("beta_fast", RopeConfig.DEFAULT_BETA_FAST),
                json.number("beta_slow", RopeConfig.DEFAULT_BETA_SLOW), json.optionalNumber("mscale"),
                json.optionalNumber("mscale_all_dim"), layout);
    }
}
