package org.tornadomla.layers;

import org.tornadomla.config.Block;
import org.tornadomla.config.Layer;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * What the layers of a decoder share. T is the plan's capacity of tokens, B that of output rows.
 *
 * @param x       [T, hiddenColumns] the residual stream
 * @param normed  [T, hidden_size padded to vectors] floats: a norm of x, as projections read it
 * @param scratch what the blocks asked for
 * @param last    [B, hidden_size padded to vectors] floats: the final norm of the output rows
 * @param scores  [B, vocabColumns] the head's output
 * @param logits  [B, vocabColumns] floats: the same for the host
 * @param none    a vector that stands for a bias where there is none
 */
public record DecoderBuffers(VectorFloat16 x, FloatArray normed, Scratch scratch, FloatArray last, VectorFloat16 scores,
        FloatArray logits, VectorFloat16 none) {

    /** Experts that each token passes, shared ones included; 0 when no layer has experts. */
    public static int expertsPerToken(ModelConfig model) {
        return model.experts().map(MixtureKind::expertsPerToken).orElse(0);
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
        long tokens = capacity.tokens();
        long outputs = capacity.outputs();
        long hiddenFloats = Padding.toVectors(model.hiddenSize());
        long hiddenColumns = Padding.toMultiple(model.hiddenSize(), MatMul.BLOCK);
        VectorFloat16 x = buffers.add("x", Role.SCRATCH, Sizes.vectors("residual stream", tokens * hiddenColumns));
        FloatArray normed = buffers.add("x_normed", Role.SCRATCH, Sizes.floats("normed tokens", tokens * hiddenFloats));
        Scratch scratch = scratch(model, capacity);
        scratch.register(buffers);
        return new DecoderBuffers(x, normed, scratch,
                buffers.add("last", Role.OUTPUT, Sizes.floats("output rows", outputs * hiddenFloats)),
                buffers.add("scores", Role.SCRATCH, Sizes.vectors("logits", outputs * vocabColumns(model))),
                buffers.add("logits", Role.OUTPUT, Sizes.floats("logits", outputs * vocabColumns(model))),
                buffers.add("none", Role.WEIGHT, new VectorFloat16(1)));
    }

    private static Scratch scratch(ModelConfig model, Capacity capacity) {
        Scratch scratch = new Scratch();
        for (Layer layer : model.layers()) {
            for (Block block : layer.blocks()) {
                BlockKinds.of(block).scratch(block, capacity, scratch);
            }
        }
        scratch.allocate();
        return scratch;
    }
}
