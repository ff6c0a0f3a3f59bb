package org.tornadomla.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.tornadomla.config.Block;
import org.tornadomla.config.Layer;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ShapeException;

/**
 * A whole decoder on one sequence, from token ids to logits. Its blocks keep what they have seen, so ids may come all
 * at once or in chunks.
 */
public final class DecoderReference {

    private final ModelConfig config;
    private final Function<String, float[]> weights;
    private final List<NormedBlock> blocks = new ArrayList<>();
    private int length;

    /**
     * A block behind its norm.
     *
     * @param norm   checkpoint name of the norm's weight
     * @param behind checkpoint name of the weight of the norm on what it computes, where there is one
     * @param block  the block
     */
    private record NormedBlock(String norm, Optional<String> behind, BlockOracle.Running block) {
    }

    /**
     * A decoder at the start of a sequence.
     *
     * @param config  the model
     * @param weights numbers of a checkpoint name, as {@code "model.norm.weight"}; null where there is none
     * @param form    order of the products in attention
     * @throws ShapeException for a missing weight of attention
     */
    public DecoderReference(ModelConfig config, Function<String, float[]> weights, AttentionReference.Form form) {
        this(config, weights, form, KeyChoice.FIRST);
    }

    /**
     * A decoder at the start of a sequence.
     *
     * @param choice of keys with equal scores, in sparse attention
     */
    public DecoderReference(ModelConfig config, Function<String, float[]> weights, AttentionReference.Form form,
            KeyChoice choice) {
        this.config = config;
        this.weights = weights;
        Beside beside = new Beside(choice);
        for (Layer layer : config.layers()) {
            for (Block block : layer.blocks()) {
                String prefix = layer.prefix() + block.prefix();
                blocks.add(new NormedBlock(layer.prefix() + block.norm(),
                        block.normBehind().map(name -> layer.prefix() + name),
                        BlockOracles.of(block).start(block, name -> weights.apply(prefix + name), form, beside)));
            }
        }
    }

    /**
     * Takes the next tokens of the sequence.
     *
     * @param ids token ids
     * @return logits [ids, vocab_size]
     * @throws ShapeException for an id outside the vocabulary or a missing weight
     */
    public double[] logits(int... ids) {
        int hidden = config.hiddenSize();
        double[] x = embed(ids, hidden);
        for (NormedBlock block : blocks) {
            double[] normed = norm(x, ids.length, block.norm);
            double[] computed = block.block.next(normed, length, ids.length);
            double[] added = block.behind.map(name -> norm(computed, ids.length, name)).orElse(computed);
            for (int i = 0; i < x.length; i++) {
                x[i] += config.scales().residual() * added[i];
            }
        }
        length += ids.length;
        double[] normed = norm(x, ids.length, config.normName());
        for (int i = 0; i < normed.length; i++) {
            normed[i] *= config.scales().logits();
        }
        return Operations.matmul(normed, ids.length, required(config.headName()), config.vocabSize(), hidden, null);
    }

    private double[] embed(int[] ids, int hidden) {
        float[] embedding = required(config.embeddingName());
        double[] x = new double[ids.length * hidden];
        for (int row = 0; row < ids.length; row++) {
            if (ids[row] < 0 || ids[row] >= config.vocabSize()) {
                throw new ShapeException("token id is " + ids[row] + ", must be from 0 to " + (config.vocabSize() - 1));
            }
            for (int i = 0; i < hidden; i++) {
                x[row * hidden + i] = config.scales().embedding() * embedding[ids[row] * hidden + i];
            }
        }
        return x;
    }

    private double[] norm(double[] x, int rows, String name) {
        return Operations.rmsNorm(x, rows, required(name), config.rmsNormEps());
    }

    private float[] required(String name) {
        float[] numbers = weights.apply(name);
        if (numbers == null) {
            throw new ShapeException("weight " + name + " is missing");
        }
        return numbers;
    }
}
