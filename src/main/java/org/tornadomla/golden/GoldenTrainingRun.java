package org.tornadomla.golden;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tornadomla.attention.AttentionGradients;
import org.tornadomla.attention.AttentionTape;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.TensorData;

/** Results and gradients of a layer of attention, held against those of an implementation that is not ours. */
final class GoldenTrainingRun implements GoldenCheck {

    private final GoldenTraining golden;

    GoldenTrainingRun(GoldenTraining golden) {
        this.golden = golden;
    }

    @Override
    public String name() {
        return golden.layer().name();
    }

    @Override
    public double allowed() {
        return golden.layer().expected().tolerance();
    }

    /** The largest error of the result and of every gradient, each as a fraction of its own largest value. */
    @Override
    public Outcome run(Target target) {
        GoldenCase layer = golden.layer();
        Tokens x = tokens(layer.inputs().x()).withPositions(layer.inputs().positions());
        if (!layer.inputs().causal()) {
            x = x.bidirectional();
        }
        try (MultiHeadLatentAttention module = MultiHeadLatentAttention.builder(layer.config())
                .weights(GoldenWeights.of(layer)).target(target).trainable().build();
                AttentionTape tape = module.tape(x.batch(), x.tokens(),
                        layer.inputs().context().map(context -> context.size(1)).orElse(0))) {
            float[] y = layer.inputs().context().isEmpty()
                    ? tape.forward(x)
                    : tape.forward(x, tokens(layer.inputs().context().get()));
            AttentionGradients gradients = tape.backward(golden.dY().values());
            double worst = Math.max(error(y, layer.expected().y()), error(gradients.x(), golden.dX()));
            if (golden.dContext().isPresent()) {
                worst = Math.max(worst, error(gradients.context(), golden.dContext().get()));
            }
            for (Map.Entry<String, TensorData> weight : golden.dWeights().entrySet()) {
                worst = Math.max(worst, error(gradients.weight(weight.getKey()), weight.getValue()));
            }
            return new Outcome(worst, missing(gradients));
        }
    }

    /** What has a gradient that nobody expects a value of: it would not be compared. */
    private Optional<String> missing(AttentionGradients gradients) {
        List<String> unknown = gradients.weights().keySet().stream()
                .filter(name -> !golden.dWeights().containsKey(name)).sorted().toList();
        return unknown.isEmpty() ? Optional.empty() : Optional.of("no gradient is expected of " + unknown);
    }

    private static Tokens tokens(TensorData rows) {
        return Tokens.of(rows.size(0), rows.size(1), rows.values());
    }

    private static double error(float[] found, TensorData expected) {
        double largest = Double.MIN_NORMAL;
        double worst = found.length == expected.values().length ? 0 : Double.NaN;
        for (int i = 0; i < found.length && !Double.isNaN(worst); i++) {
            largest = Math.max(largest, Math.abs(expected.values()[i]));
            worst = Math.max(worst, Math.abs((double) found[i] - expected.values()[i]));
        }
        return worst / largest;
    }
}
