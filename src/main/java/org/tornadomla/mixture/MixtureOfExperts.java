package org.tornadomla.mixture;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.training.Optimizer;
import org.tornadomla.training.TrainingPlan;

/**
 * DeepSeekMoE as a module: tokens in, tokens out, and their gradients. The equations stand in docs/mixture.md.
 *
 * <pre>{@code
 * MixtureConfig config = MixtureConfig.plain(512, 128, 2, 64, 6);
 * try (MixtureOfExperts moe = new MixtureOfExperts(config, MixtureWeights.random(config, 1), 128, target)) {
 *     float[] y = moe.forward(x);
 *     MixtureGradients gradients = moe.backward(dY);
 *     int[] loads = moe.loads();
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time.
 */
@PublicApi
public final class MixtureOfExperts implements AutoCloseable {

    private final MixtureConfig config;
    private final int tokens;
    private final MixtureGraph graph;
    private final TrainingPlan plan;
    private final double[] bias;
    private int rows;

    /**
     * Builds a module for results and gradients alone.
     *
     * @param tokens most tokens at a time
     * @param target the device
     * @throws ConfigurationException               when there is no room for a token
     * @throws ShapeException                       when a weight does not fit
     * @throws org.tornadomla.error.DeviceException when the device refuses
     */
    public MixtureOfExperts(MixtureConfig config, MixtureWeights weights, int tokens, Target target) {
        this(config, weights, tokens, target, null);
    }

    /**
     * Builds the module.
     *
     * @param tokens    most tokens at a time
     * @param target    the device
     * @param optimizer moves the weights at each {@link #step}; null for a module without steps
     * @throws ConfigurationException               when there is no room for a token
     * @throws ShapeException                       when a weight does not fit
     * @throws org.tornadomla.error.DeviceException when the device refuses
     */
    public MixtureOfExperts(MixtureConfig config, MixtureWeights weights, int tokens, Target target,
            @Nullable Optimizer optimizer) {
        if (tokens < 1) {
            throw new ConfigurationException("tokens is " + tokens + ", must be at least 1");
        }
        long widest = Math.max(config.hidden(), Math.max(config.topK(), config.experts()));
        if (tokens * widest > MixtureConfig.MOST) {
            throw new ConfigurationException("tokens is " + tokens + ", must be at most " + MixtureConfig.MOST / widest
                    + " so that " + widest + " numbers each fit an array");
        }
        weights.check(config);
        this.config = config;
        this.tokens = tokens;
        this.bias = new double[config.experts()];
        this.graph = new MixtureGraph(config, tokens);
        graph.load(weights);
        this.plan = graph.tape().plan(target, optimizer);
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.listing();
    }

    /** {@link #forward(float[], boolean[])} where any pair may be dropped. */
    public float[] forward(float[] x) {
        return forward(x, new boolean[x.length / config.hidden()]);
    }

    /**
     * Computes tokens.
     *
     * @param x      [tokens, hidden], up to as many tokens as the module was made for
     * @param spared [tokens], whether a token's pairs stay whatever a device has room for
     * @return [tokens, hidden]
     * @throws ShapeException when the tokens do not fit the module
     */
    public float[] forward(float[] x, boolean[] spared) {
        int given = x.length / config.hidden();
        if (given < 1 || given > tokens || given * config.hidden() != x.length || spared.length != given) {
            throw new ShapeException("x has " + x.length + " numbers and " + spared.length + " tokens are spared or"
                    + " not, must be 1 to " + tokens + " tokens of " + config.hidden() + " numbers");
        }
        plan.set(graph.x(), 0, Arrays.copyOf(x, tokens * config.hidden()));
        int[] taken = new int[tokens];
        for (int token = 0; token < given; token++) {
            taken[token] = spared[token] ? 2 : 1;
        }
        graph.mixture().setRows(taken);
        for (int expert = 0; expert < bias.length; expert++) {
            graph.mixture().setBias(expert, bias[expert]);
        }
        setFactors(given);
        plan.forward();
        rows = given;
        return plan.read(graph.y(), 0, given);
    }

    private void setFactors(int given) {
        MixtureConfig.Balance balance = config.balance();
        graph.mixture().setFactor(0, balance.experts() * share() / given / given);
        graph.mixture().setFactor(1, balance.devices() * share() / each() / given / given);
        graph.mixture().setFactor(2, balance.communication() * sending() / given / given);
    }

    private int each() {
        return config.experts() / config.devices().count();
    }

    /** What a pair counts in the load of an expert, times the tokens. */
    private double share() {
        return (double) config.experts() / config.topK();
    }

    /** What a token that is sent counts in the load of a device, times the tokens. */
    private double sending() {
        return (double) config.devices().count() / config.devices().limit();
    }

    /**
     * Gradients of the sum of dY times the last result, and of the balance losses.
     *
     * @param dY [tokens, hidden]
     * @throws ShapeException         when dY is not as large as the result
     * @throws ConfigurationException when no result was computed since the last call
     */
    public MixtureGradients backward(float[] dY) {
        if (rows > 0 && dY.length != rows * config.hidden()) {
            throw new ShapeException("dY has " + dY.length + " numbers, the result has " + rows * config.hidden());
        }
        plan.setGradient(graph.y(), 0, Arrays.copyOf(dY, tokens * config.hidden()));
        plan.backward();
        return new MixtureGradients(plan.gradient(graph.x(), 0, rows), graph.read(plan::gradient));
    }

    /**
     * Moves the weights by the last gradients.
     *
     * @param rate the schedule's rate
     * @throws ConfigurationException when the module has no optimiser, or no gradients since the last call
     */
    public void step(double rate) {
        plan.step(rate);
    }

    /** The weights. */
    public MixtureWeights weights() {
        return graph.read(plan::weight);
    }

    private void requireBatch(String what) {
        if (rows == 0) {
            throw new ConfigurationException(what + " is of the last batch: call forward first");
        }
    }

    /** [experts], tokens of the last batch that took each. */
    public int[] loads() {
        requireBatch("loads");
        return Arrays.copyOf(plan.integers(graph.mixture().loads()), config.experts());
    }

    /** [tokens, topK], the experts that each token of the last batch took, best first. */
    public int[] chosen() {
        requireBatch("chosen");
        return Arrays.copyOf(plan.integers(graph.mixture().chosen()), rows * config.topK());
    }

    /** [tokens, topK], 1 for an expert that was computed, 0 for one that was dropped for lack of room. */
    public int[] kept() {
        requireBatch("kept");
        return Arrays.copyOf(plan.integers(graph.mixture().kept()), rows * config.topK());
    }

    /** [tokens, experts], scores of the last batch. */
    public float[] scores() {
        requireBatch("scores");
        return plan.read(graph.scores(), 0, rows);
    }

    /** The balance losses of the last batch. */
    public BalanceLosses losses() {
        float[] scores = scores();
        int[] loads = plan.integers(graph.mixture().loads());
        int experts = config.experts();
        double ofExperts = 0;
        double ofDevices = 0;
        double sent = 0;
        for (int device = 0; device < config.devices().count(); device++) {
            double load = 0;
            double together = 0;
            for (int expert = device * each(); expert < (device + 1) * each(); expert++) {
                double mean = 0;
                for (int token = 0; token < rows; token++) {
                    mean += scores[token * experts + expert] / (double) rows;
                }
                ofExperts += share() / rows * loads[expert] * mean;
                load += share() / rows * loads[expert] / each();
                together += mean;
            }
            ofDevices += load * together;
            sent += sending() / rows * loads[experts + device * each()] * together;
        }
        MixtureConfig.Balance balance = config.balance();
        return new BalanceLosses(balance.experts() * ofExperts, balance.devices() * ofDevices,
                balance.communication() * sent);
    }

    /**
     * Moves the bias of the choice (DeepSeek-V3, section 2.1.2): an expert that took more of the last batch than the
     * mean becomes less likely, one that took less more likely.
     *
     * @param gamma how far
     */
    public void updateBias(double gamma) {
        int[] loads = loads();
        double mean = Arrays.stream(loads).average().orElse(0);
        for (int expert = 0; expert < bias.length; expert++) {
            bias[expert] += gamma * Math.signum(mean - loads[expert]);
        }
    }

    /** [experts], what is added to scores for the choice alone. */
    public double[] bias() {
        return bias.clone();
    }

    /** Releases the device's memory. */
    @Override
    public void close() {
        plan.close();
    }
}
