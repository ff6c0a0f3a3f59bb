package org.tornadomla.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.tornadomla.config.Block;
import org.tornadomla.config.Junction;
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
        return head(hidden(ids));
    }

    /**
     * Takes the next tokens of the sequence, up to the final norm.
     *
     * @param ids token ids
     * @return [ids, hidden_size], as the head reads them
     * @throws ShapeException for an id outside the vocabulary or a missing weight
     */
    public double[] hidden(int... ids) {
        return layers(embed(ids, config.hiddenSize()), ids.length);
    }

    /**
     * The same of a prediction, see {@link org.tornadomla.config.Junction}.
     *
     * @param states [ids, hidden_size] final hidden states of the tokens before
     * @param ids    token ids
     * @return [ids, hidden_size], as the head reads them
     * @throws ShapeException for an id outside the vocabulary or a missing weight
     */
    public double[] hidden(double[] states, int... ids) {
        Junction junction = config.junction().orElseThrow();
        int hidden = config.hiddenSize();
        double[] embedded = norm(embed(ids, hidden), ids.length, junction.embeddingNorm());
        double[] normed = norm(states, ids.length, junction.hiddenNorm());
        double[] both = new double[2 * ids.length * hidden];
        for (int row = 0; row < ids.length; row++) {
            System.arraycopy(embedded, row * hidden, both, 2 * row * hidden, hidden);
            System.arraycopy(normed, row * hidden, both, (2 * row + 1) * hidden, hidden);
        }
        double[] x = Operations.matmul(both, ids.length, required(junction.projection()), hidden, 2 * hidden, null);
        return layers(x, ids.length);
    }

    /**
     * What the head makes of final hidden states.
     *
     * @param states [rows, hidden_size]
     * @return logits [rows, vocab_size]
     * @throws ShapeException for a missing weight
     */
    public double[] head(double[] states) {
        double[] scaled = states.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= config.scales().logits();
        }
        return Operations.matmul(scaled, scaled.length / config.hiddenSize(), required(config.headName()),
                config.vocabSize(), config.hiddenSize(), null);
    }

    private double[] layers(double[] x, int rows) {
        for (NormedBlock block : blocks) {
            double[] normed = norm(x, rows, block.norm);
            double[] computed = block.block.next(normed, length, rows);
            double[] added = block.behind.map(name -> norm(computed, rows, name)).orElse(computed);
            for (int i = 0; i < x.length; i++) {
                x[i] += config.scales().residual() * added[i];
            }
        }
        length += rows;
        return norm(x, rows, config.normName());
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
