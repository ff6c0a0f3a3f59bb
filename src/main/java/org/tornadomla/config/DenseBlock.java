package org.tornadomla.config;

/**
 * A gated feed-forward that every token passes.
 *
 * @param norm         name of the norm's weight
 * @param prefix       of the names of its weights
 * @param hiddenSize   width of a token
 * @param intermediate width in between; the activation is SiLU
 */
public record DenseBlock(String norm, String prefix, int hiddenSize, int intermediate) implements Block {

    /**
     * Checks the values.
     *
     * @throws org.tornadomla.error.ConfigurationException naming the first value out of range
     */
    public DenseBlock {
        Checks.width("hidden_size", hiddenSize);
        Checks.width("intermediate_size", intermediate);
    }

    /**
     * A feed-forward under the names that DeepSeek's checkpoints have.
     *
     * @param hiddenSize   width of a token
     * @param intermediate width in between
     */
    public DenseBlock(int hiddenSize, int intermediate) {
        this("post_attention_layernorm.weight", "mlp.", hiddenSize, intermediate);
    }

    @Override
    public void weights(WeightList list) {
        projections(list, WeightPart.DENSE, hiddenSize, intermediate);
    }

    static void projections(WeightList list, WeightPart part, long hidden, long intermediate) {
        list.add("gate_proj.weight", part, intermediate, hidden);
        list.add("up_proj.weight", part, intermediate, hidden);
        list.add("down_proj.weight", part, hidden, intermediate);
    }
}
