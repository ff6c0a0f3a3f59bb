package org.tornadomla.reference;

import java.util.function.Function;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ShapeException;

/**
 * Weights of one attention layer, each [out, in] under its checkpoint name. A weight that the configuration does not
 * have is null.
 *
 * @param qProj          {@code q_proj.weight} [heads * (nope + rope), hidden]; null with query compression
 * @param qAProj         {@code q_a_proj.weight} [q_lora_rank, hidden]; W_DQ
 * @param qALayernorm    {@code q_a_layernorm.weight} [q_lora_rank]
 * @param qBProj         {@code q_b_proj.weight} [heads * (nope + rope), q_lora_rank]; W_UQ and W_QR, head by head
 * @param kvAProjWithMqa {@code kv_a_proj_with_mqa.weight} [kv_lora_rank + rope, hidden]; W_DKV, then W_KR
 * @param kvALayernorm   {@code kv_a_layernorm.weight} [kv_lora_rank]
 * @param kvBProj        {@code kv_b_proj.weight} [heads * (nope + v), kv_lora_rank]; W_UK and W_UV, head by head
 * @param oProj          {@code o_proj.weight} [hidden, heads * v]; W_O
 * @param qABias         {@code q_a_proj.bias} [q_lora_rank]
 * @param kvABias        {@code kv_a_proj_with_mqa.bias} [kv_lora_rank + rope]
 * @param oBias          {@code o_proj.bias} [hidden]
 */
public record MlaReferenceWeights(float[] qProj, float[] qAProj, float[] qALayernorm, float[] qBProj,
        float[] kvAProjWithMqa, float[] kvALayernorm, float[] kvBProj, float[] oProj, float[] qABias, float[] kvABias,
        float[] oBias) {

    /**
     * Takes the weights that a configuration has from a source by name.
     *
     * @param config  sizes and options
     * @param weights numbers of a name without prefix, as {@code "kv_b_proj.weight"}; null where there is none
     * @return the weights
     * @throws ShapeException naming a weight that is missing or has another size than the configuration gives it
     */
    public static MlaReferenceWeights of(MlaConfig config, Function<String, float[]> weights) {
        int hidden = config.hiddenSize();
        int heads = config.numHeads();
        int queryRank = config.qLoraRank();
        int rank = config.kvLoraRank();
        int queryWidth = heads * config.qkHeadDim();
        int latentAndKey = rank + config.qkRopeHeadDim();
        boolean compressed = queryRank > 0;
        boolean bias = config.attentionBias();
        Source source = new Source(weights);
        return new MlaReferenceWeights(source.get(!compressed, "q_proj.weight", queryWidth, hidden),
                source.get(compressed, "q_a_proj.weight", queryRank, hidden),
                source.get(config.queryNorm(), "q_a_layernorm.weight", queryRank, 1),
                source.get(compressed, "q_b_proj.weight", queryWidth, queryRank),
                source.get(true, "kv_a_proj_with_mqa.weight", latentAndKey, hidden),
                source.get(config.latentNorm(), "kv_a_layernorm.weight", rank, 1),
                source.get(true, "kv_b_proj.weight", heads * (config.qkNopeHeadDim() + config.vHeadDim()), rank),
                source.get(true, "o_proj.weight", hidden, heads * config.vHeadDim()),
                source.get(bias && compressed, "q_a_proj.bias", queryRank, 1),
                source.get(bias, "kv_a_proj_with_mqa.bias", latentAndKey, 1),
                source.get(bias, "o_proj.bias", hidden, 1));
    }

    private record Source(Function<String, float[]> weights) {

        float[] get(boolean wanted, String name, int rows, int columns) {
            if (!wanted) {
                return null;
            }
            float[] numbers = weights.apply(name);
            if (numbers == null) {
                throw new ShapeException("weight " + name + " is missing, expected " + rows + " x " + columns);
            }
            if (numbers.length != (long) rows * columns) {
                throw new ShapeException(
                        "weight " + name + " has " + numbers.length + " numbers, expected " + rows + " x " + columns);
            }
            return numbers;
        }
    }
}
