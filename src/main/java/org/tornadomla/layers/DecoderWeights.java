package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.checkpoint.CheckpointWeights;
import org.tornadomla.checkpoint.WeightNames;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The weights of a decoder in the kernels' layouts.
 *
 * @param embedding [vocab_size] rows of hidden_size, each padded to vectors
 * @param layers    by index
 * @param norm      weight of the final norm
 * @param head      projection to the vocabulary, packed columns
 */
public record DecoderWeights(VectorFloat16 embedding, List<LayerWeights> layers, VectorFloat16 norm,
        PackedMatrix head) {

    /**
     * The weights of one layer.
     *
     * @param inputNorm     weight of the norm before attention
     * @param attention     attention
     * @param attentionNorm weight of the norm after attention, before the feed-forward
     * @param feedForward   feed-forward
     */
    public record LayerWeights(VectorFloat16 inputNorm, AttentionWeights attention, VectorFloat16 attentionNorm,
            FeedForwardWeights feedForward) {

        private void register(Buffers buffers, String prefix) {
            buffers.add(prefix + "n_input", Role.WEIGHT, inputNorm);
            attention.register(buffers, prefix);
            buffers.add(prefix + "n_attention", Role.WEIGHT, attentionNorm);
            feedForward.register(buffers, prefix);
        }
    }

    /**
     * Reads and packs weights that were {@linkplain WeightSource#validate validated} against the model.
     *
     * @param format      number format of the matrices that are multiplied with; the embedding, the router, the
     *                        absorbed form of attention, norms and biases stay in 32-bit numbers
     * @param bufferBytes bytes of the device's largest buffer; experts are divided among as many as they need
     * @param expanded    whether the plan attends expanded too
     * @param done        told after each part how many parameters are packed by then
     * @throws org.tornadomla.error.ShapeException naming a weight that does not fit one buffer
     */
    public static DecoderWeights pack(ModelConfig model, WeightSource source, NumberFormat format, long bufferBytes,
            boolean expanded, LongConsumer done) {
        MatrixPacker packer = new MatrixPacker(format, bufferBytes);
        AttentionShape shape = new AttentionShape(model.attention());
        Progress progress = new Progress(model, done);
        Sizes.requireFloats("embedding", (long) model.vocabSize() * Padding.toVectors(model.hiddenSize()), bufferBytes);
        Matrix table = source.matrix("model.embed_tokens.weight");
        VectorFloat16 embedding = Packing.rows(table, model.vocabSize(), i -> i);
        progress.reached("model.embed_tokens.");
        List<LayerWeights> layers = new ArrayList<>();
        for (int layer = 0; layer < model.numHiddenLayers(); layer++) {
            String prefix = "model.layers." + layer + ".";
            layers.add(new LayerWeights(vector(source, prefix + "input_layernorm.weight"), AttentionWeights.pack(shape,
                    CheckpointWeights.attention(source, prefix + "self_attn.", model.attention()), expanded, packer),
                    vector(source, prefix + "post_attention_layernorm.weight"),
                    FeedForwardWeights.pack(model, layer, source, prefix + "mlp.", packer)));
            progress.reached(prefix);
        }
        Matrix head = model.tieWordEmbeddings() ? table : source.matrix("lm_head.weight");
        DecoderWeights weights = new DecoderWeights(embedding, List.copyOf(layers), vector(source, "model.norm.weight"),
                packer.columns("head", head, model.vocabSize(), i -> i));
        progress.reached("");
        return weights;
    }

    /**
     * Bytes of what {@link #pack} makes, which is what an engine holds for its weights.
     *
     * @param format   number format of the matrices that are multiplied with
     * @param expanded whether the plan attends expanded too
     */
    public static long bytes(ModelConfig model, NumberFormat format, boolean expanded) {
        AttentionShape shape = new AttentionShape(model.attention());
        long vector = (long) Padding.toVectors(model.hiddenSize()) * Float.BYTES;
        long bytes = model.vocabSize() * vector + vector + format.bytes(1, model.vocabSize(), model.hiddenSize());
        for (int layer = 0; layer < model.numHiddenLayers(); layer++) {
            bytes += 2 * vector + AttentionWeights.bytes(shape, format, expanded)
                    + FeedForwardWeights.bytes(model, layer, format);
        }
        return bytes;
    }

    private static VectorFloat16 vector(WeightSource source, String name) {
        float[] values = source.read(name);
        return Packing.vector(values, Padding.toVectors(values.length), i -> i < values.length ? i : -1);
    }

    /** Registers the arrays under names. */
    public void register(Buffers buffers) {
        buffers.add("embedding", Role.WEIGHT, embedding);
        for (int layer = 0; layer < layers.size(); layer++) {
            layers.get(layer).register(buffers, "l" + layer + "_");
        }
        buffers.add("n_final", Role.WEIGHT, norm);
        head.register(buffers, "w_head");
    }

    /** Counts parameters by the beginnings of their names. */
    private static final class Progress {

        private final ModelConfig model;
        private final LongConsumer done;
        private long parameters;

        Progress(ModelConfig model, LongConsumer done) {
            this.model = model;
            this.done = done;
        }

        void reached(String prefix) {
            long all = WeightNames.of(model).values().stream().filter(weight -> weight.name().startsWith(prefix))
                    .mapToLong(WeightNames.Weight::count).sum();
            parameters = prefix.isEmpty() ? all : parameters + all;
            done.accept(parameters);
        }
    }
}
