package org.tornadomla.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.layers.MixturePlan;
import org.tornadomla.reference.FeedForward;
import org.tornadomla.reference.Operations;
import org.tornadomla.reference.Routing;

/**
 * The library's mixture of experts on a device: router, chosen experts and shared ones, from normed tokens to their
 * sum.
 */
final class MixtureWorkload implements Workload {

    private static final String WEIGHTS = "model.layers.0.mlp.";

    private final RandomModel random;
    private final ModelConfig model;
    private final float[] x;
    private final MixturePlan plan;
    private int rows;
    private float[] y;

    /**
     * Random tokens.
     *
     * @param random a model whose first layer has experts; stays the caller's
     * @param rows   number of tokens at most, and as long as nothing else is said
     */
    MixtureWorkload(RandomModel random, int rows, Target target) {
        this.random = random;
        this.model = ModelConfigReader.read(random.directory().resolve("config.json"));
        this.rows = rows;
        this.x = Numbers.uniform(rows * model.hiddenSize(), 3);
        this.plan = new MixturePlan(random.directory(), model, target, rows, x);
    }

    /** From now on the first of the tokens. */
    MixtureWorkload withRows(int count) {
        rows = count;
        return this;
    }

    private MoeConfig experts() {
        return model.experts().orElseThrow();
    }

    /** Experts count once that some token is sent to. */
    @Override
    public Cost cost() {
        try (Checkpoint checkpoint = Checkpoint.open(random.directory())) {
            double[] logits = Operations.matmul(Numbers.doubles(Arrays.copyOf(x, rows * model.hiddenSize())), rows,
                    checkpoint.read(WEIGHTS + "gate.weight"), experts().nRoutedExperts(), model.hiddenSize(), null);
            float[] bias = experts().hasSelectionBias()
                    ? checkpoint.read(WEIGHTS + "gate.e_score_correction_bias")
                    : null;
            int count = experts().nRoutedExperts();
            int chosen = (int) IntStream.range(0, rows).flatMap(row -> Arrays.stream(Routing
                    .route(Arrays.copyOfRange(logits, row * count, (row + 1) * count), bias, experts()).experts()))
                    .distinct().count();
            return Costs.mixture(experts(), model.hiddenSize(), rows, chosen);
        }
    }

    @Override
    public void run() {
        y = plan.run(rows);
    }

    /** Compares the first, a middle and the last token. */
    @Override
    public double error() {
        run();
        int hidden = model.hiddenSize();
        double worst = 0;
        try (Checkpoint checkpoint = Checkpoint.open(random.directory())) {
            Map<String, float[]> read = new HashMap<>();
            for (int row : new int[]{0, rows / 2, rows - 1}) {
                double[] token = Numbers.doubles(Arrays.copyOfRange(x, row * hidden, (row + 1) * hidden));
                double[] expected = FeedForward.mixture(token, 1, new MixtureBlock(hidden, experts()),
                        name -> read.computeIfAbsent(WEIGHTS + name, checkpoint::read));
                worst = Answers.worse(worst, Answers.error(y, row * hidden, expected));
            }
        }
        return worst;
    }

    @Override
    public Map<String, Long> profile() {
        return plan.profile(rows);
    }

    @Override
    public void close() {
        plan.close();
    }
}
