package org.tornadomla.golden;

import java.util.Arrays;
import java.util.Optional;
import org.tornadomla.backend.Target;
import org.tornadomla.mixture.BalanceLosses;
import org.tornadomla.mixture.MixtureGradients;
import org.tornadomla.mixture.MixtureOfExperts;
import org.tornadomla.mixture.MixtureWeights;

/** Results, choices, losses and gradients of a mixture, held against those of an implementation that is not ours. */
final class GoldenMixtureRun implements GoldenCheck {

    private final GoldenMixture golden;

    GoldenMixtureRun(GoldenMixture golden) {
        this.golden = golden;
    }

    @Override
    public String name() {
        return golden.name();
    }

    @Override
    public double allowed() {
        return golden.tolerance();
    }

    /** The largest error of all that is expected, each as a fraction of its own largest value. */
    @Override
    public Outcome run(Target target) {
        int tokens = golden.x().size(0);
        try (MixtureOfExperts module = new MixtureOfExperts(golden.config(), golden.weights(), tokens, target)) {
            float[] y = module.forward(golden.x().values());
            double worst = Math.max(error(y, golden.y().values()), error(module.scores(), golden.scores().values()));
            BalanceLosses losses = module.losses();
            worst = Math.max(worst, error(
                    new float[]{(float) losses.experts(), (float) losses.devices(), (float) losses.communication()},
                    golden.losses().values()));
            Optional<String> difference = difference(module.chosen(), module.kept());
            MixtureGradients gradients = module.backward(golden.dY().values());
            worst = Math.max(worst, error(gradients.x(), golden.dX().values()));
            return new Outcome(Math.max(worst, error(gradients.weights(), golden.dWeights())), difference);
        }
    }

    private Optional<String> difference(int[] chosen, int[] kept) {
        if (!Arrays.equals(chosen, golden.chosen())) {
            return Optional.of("other experts were chosen");
        }
        int topK = golden.config().topK();
        for (int pair = 0; pair < chosen.length; pair++) {
            float expected = golden.kept().values()[pair / topK * golden.config().experts() + chosen[pair]];
            if (kept[pair] != (int) expected) {
                return Optional.of("token " + pair / topK + " and expert " + chosen[pair] + " are "
                        + (kept[pair] == 1 ? "kept" : "dropped"));
            }
        }
        return Optional.empty();
    }

    private static double error(MixtureWeights found, MixtureWeights expected) {
        return Math.max(Math.max(error(found.router(), expected.router()), error(found.gate(), expected.gate())),
                Math.max(error(found.up(), expected.up()), error(found.down(), expected.down())));
    }

    private static double error(float[] found, float[] expected) {
        double largest = Double.MIN_NORMAL;
        double worst = found.length == expected.length ? 0 : Double.NaN;
        for (int i = 0; i < expected.length && !Double.isNaN(worst); i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs((double) found[i] - expected[i]));
        }
        return worst / largest;
    }
}
