package org.tornadomla.config;

import java.util.List;

import org.tornadomla.error.ConfigurationException;

/** The two published classes; what a file does not say follows from its class. */
enum ModelFamily {
    V2(List.of("deepseek_v2"), "greedy", false, 1),
    V3(List.of("deepseek_v3", "kimi_k2", "moonlight"), "noaux_tc", true, 2.5);

    private final List<String> modelTypes;
    private final String topkMethod;
    private final boolean normTopkProb;
    private final double routedScalingFactor;

    ModelFamily(List<String> modelTypes, String topkMethod, boolean normTopkProb, double routedScalingFactor) {
        this.modelTypes = modelTypes;
        this.topkMethod = topkMethod;
        this.normTopkProb = normTopkProb;
        this.routedScalingFactor = routedScalingFactor;
    }

    static ModelFamily of(String modelType, String where) {
        for (ModelFamily family : values()) {
            if (family.modelTypes.contains(modelType)) {
                return family;
            }
        }
        throw new ConfigurationException(where + ": model_type is " + modelType + ", supported: "
                + String.join(", ", V2.modelTypes) + ", " + String.join(", ", V3.modelTypes));
    }

    String topkMethod() {
        return topkMethod;
    }

    boolean normTopkProb() {
        return normTopkProb;
    }

    double routedScalingFactor() {
        return routedScalingFactor;
    }
}
