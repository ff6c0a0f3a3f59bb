package org.tornadomla.finetune;

import java.util.List;
import java.util.Map;
import org.tornadomla.backend.Target;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.error.ShapeException;
import org.tornadomla.tensor.CheckedWeights;
import org.tornadomla.tensor.Padding;
import org.tornadomla.training.AdamW;
import org.tornadomla.training.CrossEntropyLoss;
import org.tornadomla.training.LowRankAdapters;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.PlanState;
import org.tornadomla.training.Tape;
import org.tornadomla.training.TapeWeights;
import org.tornadomla.training.Tensor;
import org.tornadomla.training.TrainingPlan;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A model of a checkpoint on a tape, from the ids of some windows to their loss. Every window has rows of its own,
 * padded to a multiple of 16. Used by one thread at a time.
 */
public final class LanguageModel implements AutoCloseable {

    /** As DeepSeek-V2 was trained, with less decay, since the weights are to stay near those that are given. */
    private static final AdamW OPTIMIZER = new AdamW(0.9, 0.95, 1e-8, 0.01, 1);

    private final ModelConfig model;
    private final FineTuningOptions options;
    private final int rows;
    private final TapeWeights weights;
    private final LayerRecorder.Rows shape;
    private final IntArray ids;
    private final List<LayerRecorder.RecordedMixture> mixtures;
    private final Tensor logits;
    private final CrossEntropyLoss loss;
    private final TrainingPlan plan;

    /**
     * Puts a model on a tape.
     *
     * @param source gives the weights
     * @throws org.tornadomla.error.ConfigurationException naming what is not covered
     * @throws ShapeException                              when windows are longer than the model's positions
     */
    public LanguageModel(ModelConfig model, NamedWeights source, FineTuningOptions options, Target target) {
        Coverage.require(model);
        if (options.length() > model.maxPositionEmbeddings()) {
            throw new ShapeException("windows have " + options.length() + " tokens, the model is made for "
                    + model.maxPositionEmbeddings() + " (max_position_embeddings)");
        }
        this.model = model;
        this.options = options;
        this.rows = Padding.toVectors(options.length());
        int all = options.batch() * rows;
        Tape tape = new Tape();
        this.weights = options.rank() == 0
                ? TapeWeights.trained(tape)
                : TapeWeights.adapted(tape, new LowRankAdapters(options.rank(), options.seed()));
        this.ids = tape.integers("ids", all);
        this.shape = new LayerRecorder.Rows(options.batch(),
                tape.rotaryTables("rotary", model.attention().rope(), model.attention().qkRopeHeadDim(), rows, all),
                tape.integers("spans", 2 * all));
        LayerRecorder recorder = new LayerRecorder(tape, weights, model, shape);
        this.logits = record(tape, recorder);
        this.mixtures = recorder.mixtures();
        this.loss = tape.crossEntropy("loss", logits);
        CheckedWeights checked = new CheckedWeights(source);
        weights.load(checked::read);
        for (LayerRecorder.RecordedMixture mixture : mixtures) {
            setBias(mixture, checked);
        }
        this.plan = tape.plan(target, OPTIMIZER);
    }

    /**
     * Refuses a model that cannot be trained, or whose numbers cannot be written again.
     *
     * @throws org.tornadomla.error.ConfigurationException naming what is not covered
     */
    public static void requireCovered(ModelConfig model, Checkpoint checkpoint) {
        Coverage.require(model);
        Coverage.requirePlain(model, List.copyOf(checkpoint.names()), checkpoint);
    }

    private Tensor record(Tape tape, LayerRecorder recorder) {
        Places hidden = Places.plain(model.hiddenSize());
        Places words = Places.plain(model.vocabSize());
        Parameter table = weights.matrix(model.embeddingName(), words, hidden);
        Tensor x = tape.embedding("embedded", table, ids, 1);
        for (int i = 0; i < model.layers().size(); i++) {
            x = recorder.layer("layer" + i + "_", model.layers().get(i), x);
        }
        Tensor normed = tape.rmsNorm("normed", x, weights.vector(model.normName(), model.hiddenSize()),
                model.rmsNormEps(), 1);
        Parameter head = model.tieWordEmbeddings() ? table : weights.matrix(model.headName(), words, hidden);
        return tape.linear("logits", normed, head, null);
    }

    private static void setBias(LayerRecorder.RecordedMixture mixture, CheckedWeights source) {
        if (!mixture.bias().isEmpty()) {
            float[] bias = source.read(mixture.bias());
            for (int expert = 0; expert < bias.length; expert++) {
                mixture.mixture().setBias(expert, bias[expert]);
            }
        }
    }

    /**
     * A step of training.
     *
     * @param windows [batch][length + 1] ids
     * @param rate    the schedule's rate
     * @return the mean loss of a token before the step
     */
    double train(int[][] windows, double rate) {
        double before = loss(windows);
        plan.backward();
        plan.step(rate);
        return before;
    }

    /**
     * The mean loss of a token.
     *
     * @param windows [at most batch][length + 1] ids
     */
    double loss(int[][] windows) {
        int tokens = windows.length * options.length();
        int[] taken = new int[options.batch() * rows];
        for (int i = 0; i < options.batch(); i++) {
            for (int token = 0; token < rows; token++) {
                boolean counts = i < windows.length && token < options.length();
                int row = i * rows + token;
                taken[row] = counts ? 1 : 0;
                ids.set(row, counts ? windows[i][token] : 0);
                shape.turns().positions().set(row, token);
                shape.spans().set(2 * row, i * rows);
                shape.spans().set(2 * row + 1, i * rows + (counts ? token + 1 : 0));
                loss.set(row, counts ? windows[i][token + 1] : -1, counts ? 1.0 / tokens : 0);
            }
        }
        mixtures.forEach(mixture -> route(mixture, taken, tokens));
        plan.forward();
        return plan.loss(loss);
    }

    private void route(LayerRecorder.RecordedMixture mixture, int[] taken, int tokens) {
        mixture.mixture().setRows(taken);
        double balance = mixture.config().scoring() == Scoring.SOFTMAX ? options.balance() : 0;
        mixture.mixture().setFactor(0, balance * mixture.config().nRoutedExperts() / mixture.config().numExpertsPerTok()
                / ((double) tokens * tokens));
    }

    /** [length, vocabulary], logits of a window of the last loss. */
    float[] logits(int window) {
        return plan.read(logits, window * rows, options.length());
    }

    /** Gradients of the tensors that are trained, by their checkpoint names, after a {@link #train step}. */
    Map<String, float[]> gradients() {
        return weights.read(plan::gradient);
    }

    /** The tensors of the checkpoint as they are now, what adapters add among them. */
    public Map<String, float[]> tensors() {
        return weights.merged(plan);
    }

    /** What a training goes on from. */
    PlanState state() {
        return plan.state();
    }

    /** Goes on from what was kept. */
    void restore(PlanState state) {
        plan.restore(state);
    }

    /** Numbers that are trained. */
    public long trained() {
        return plan.parameters().values().stream().mapToLong(Parameter::size).sum();
    }

    @Override
    public void close() {
        plan.close();
    }
}
