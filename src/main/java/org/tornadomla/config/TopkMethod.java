package org.tornadomla.config;

/** How the experts of a token are chosen from their scores, {@code topk_method}. */
public enum TopkMethod {
    /** The highest scores. */
    GREEDY,
    /** The highest scores among the groups with the highest best score (DeepSeek-V2). */
    GROUP_LIMITED_GREEDY,
    /**
     * As above on scores plus a learned bias, groups ranked by the sum of their two best; the bias never weighs
     * (DeepSeek-V3).
     */
    NOAUX_TC,
    /** The highest scores among the groups with the highest sum of their two best, without a bias (Mistral 4). */
    TWO_BEST_GROUPS,
    /** The highest softmax scores plus a learned bias, which never weighs; no groups (LongCat-Flash). */
    GREEDY_WITH_BIAS;

    /** Whether experts are in groups. */
    public boolean hasGroups() {
        return this != GREEDY && this != GREEDY_WITH_BIAS;
    }
}
