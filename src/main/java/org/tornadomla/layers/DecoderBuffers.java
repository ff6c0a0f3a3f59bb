package org.tornadomla.layers;

import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * What the layers of a decoder share. T is the plan's capacity of tokens, R that of rows in a feed-forward, B that of
 * output rows.
 *
 * @param x       [T, hiddenColumns] the residual stream
 * @param normed  [T, hidden_size padded to vectors] floats: a norm of x, as projections read it
 * @param values  [T, heads, v] floats: what attention found
 * @param gateUp  [R, gateUpColumns] gate and up
 * @param gated   [R, intermediate padded to vectors] floats: their product
 * @param experts scratch of a mixture of experts; null when no layer has one
 * @param last    [B, hidden_size padded to vectors] floats: the final norm of the output rows
 * @param scores  [B, vocabColumns] the head's output
 * @param logits  [B, vocabColumns] floats: the same for the host
 * @param none    a vector that stands for a bias where there is none
 */
public record DecoderBuffers(VectorFloat16 x, FloatArray normed, FloatArray values, VectorFloat16 gateUp,
        FloatArray gated, Experts experts, FloatArray last, VectorFloat16 scores, FloatArray logits,
        VectorFloat16 none) {

    /**
     * Scratch of a mixture of experts; K is the number of experts of a token, shared ones included.
     *
     * @param scores   [T, router columns]
     * @param chosen   [T, K] expert numbers
     * @param weights  [T, K] floats
     * @param grouping plan of {@link ExpertGrouping}
     * @param parts    [T K, hiddenColumns] outputs of experts, sorted
     */
    record Experts(VectorFloat16 scores, IntArray chosen, FloatArray weights, IntArray grouping, VectorFloat16 parts) {
    }

    /** Experts that each token passes, shared ones included; 0 when no layer has experts. */
    public static int expertsPerToken(ModelConfig model) {
        return model.experts().map(e -> e.numExpertsPerTok() + e.nSharedExperts()).orElse(0);
    }

    /** Output columns of the head. */
    public static int vocabColumns(ModelConfig model) {
        return Padding.toMultiple(model.vocabSize(), MatMul.BLOCK);
    }

    /**
     * Allocates and registers the buffers.
     *
     * @throws org.tornadomla.error.ShapeException when one would not fit an array
     */
    public static DecoderBuffers allocate(ModelConfig model, Capacity capacity, Buffers buffers) {
        AttentionShape shape = new AttentionShape(model.attention());
        long tokens = capacity.tokens();
        long outputs = capacity.outputs();
        long hiddenFloats = Padding.toVectors(model.hiddenSize());
        long gateUp = 0;
        long gated = 0;
        for (int layer = 0; layer < model.numHiddenLayers(); layer++) {
            boolean moe = model.isMoeLayer(layer);
            FeedForwardShape feedForward = moe
                    ? FeedForwardShape.expert(model.hiddenSize(), model.experts().orElseThrow())
                    : new FeedForwardShape(model.hiddenSize(), model.intermediateSize());
            long rows = moe ? tokens * expertsPerToken(model) : tokens;
            gateUp = Math.max(gateUp, rows * feedForward.gateUpColumns());
            gated = Math.max(gated, rows * feedForward.vectors() * Padding.LANES);
        }
        return new DecoderBuffers(
                buffers.add("x", Role.SCRATCH, Sizes.vectors("residual stream", tokens * shape.hiddenColumns())),
                buffers.add("x_normed", Role.SCRATCH, Sizes.floats("normed tokens", tokens * hiddenFloats)),
                buffers.add("values", Role.SCRATCH,
                        Sizes.floats("attended values",
                                tokens * model.attention().numHeads() * model.attention().vHeadDim())),
                buffers.add("gate_up", Role.SCRATCH, Sizes.vectors("gate and up", gateUp)),
                buffers.add("gated", Role.SCRATCH, Sizes.floats("gated rows", gated)),
                model.experts().map(e -> experts(e, model, capacity, buffers)).orElse(null),
                buffers.add("last", Role.OUTPUT, Sizes.floats("output rows", outputs * hiddenFloats)),
                buffers.add("scores", Role.SCRATCH, Sizes.vectors("logits", outputs * vocabColumns(model))),
                buffers.add("logits", Role.OUTPUT, Sizes.floats("logits", outputs * vocabColumns(model))),
                buffers.add("none", Role.WEIGHT, new VectorFloat16(1)));
    }

    private static Experts experts(MoeConfig config, ModelConfig model, Capacity capacity, Buffers buffers) {
        int rows = Math.multiplyExact(capacity.tokens(), expertsPerToken(model));
        int all = config.nRoutedExperts() + config.nSharedExperts();
        int hidden = Padding.toMultiple(model.hiddenSize(), MatMul.BLOCK);
        int routerColumns = Padding.toMultiple(config.nRoutedExperts(), MatMul.BLOCK);
        return new Experts(
                buffers.add("router_scores", Role.SCRATCH,
                        Sizes.vectors("router scores", (long) capacity.tokens() * routerColumns)),
                buffers.add("chosen", Role.SCRATCH, new IntArray(rows)),
                buffers.add("expert_weights", Role.SCRATCH, new FloatArray(rows)),
                buffers.add("grouping", Role.SCRATCH, new IntArray(ExpertGrouping.length(all, rows))),
                buffers.add("expert_parts", Role.SCRATCH, Sizes.vectors("outputs of experts", (long) rows * hidden)));
    }
}
