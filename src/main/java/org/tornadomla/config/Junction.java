package org.tornadomla.config;

/**
 * What stands before the layers of a prediction: the hidden state of a token and the embedding of the next one, each
 * behind a norm of its own, side by side through a projection to the width of one (DeepSeek-V3 report, eq. 21). In
 * files as in the code that goes with them the embedding is the first of the two.
 *
 * @param prefix what the names of its weights start with, as {@code "model.layers.61."}
 */
public record Junction(String prefix) {

    /** Checkpoint name of the weight of the norm on the embedding. */
    public String embeddingNorm() {
        return prefix + "enorm.weight";
    }

    /** Checkpoint name of the weight of the norm on the hidden state. */
    public String hiddenNorm() {
        return prefix + "hnorm.weight";
    }

    /**
     * Checkpoint name of the projection, [hidden, 2 hidden]: the embedding's columns, then those of the hidden state.
     */
    public String projection() {
        return prefix + "eh_proj.weight";
    }

    /** Checkpoint name of the final norm that goes with it. */
    String finalNorm() {
        return prefix + "shared_head.norm.weight";
    }

    /** Adds its weights. */
    void weights(WeightList list, long hidden) {
        list.add(embeddingNorm(), WeightPart.NORM, hidden);
        list.add(hiddenNorm(), WeightPart.NORM, hidden);
        list.add(projection(), WeightPart.JUNCTION, hidden, 2 * hidden);
    }
}
