package org.tornadomla.config;

import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * Rotary position embedding: its base, its extension to longer contexts and the layout of its pairs. The fields behind
 * {@code type} are read only by {@link RopeType#YARN}. It is made by {@link #plain} or {@link #yarn}.
 *
 * @param theta                         base of the frequencies, {@code rope_theta}
 * @param type                          {@code rope_type}, or {@code type} in older files
 * @param factor                        context extension, {@code factor}; at least 1
 * @param originalMaxPositionEmbeddings tokens of context before the extension, {@code original_max_position_embeddings}
 * @param betaFast                      rotations over the original context above which a frequency is kept, {@code
 *                                      beta_fast}
 * @param betaSlow                      rotations below which it is divided by the factor, {@code beta_slow}
 * @param mscale                        {@code mscale}, absent when the file has none
 * @param mscaleAllDim                  {@code mscale_all_dim}, absent when the file has none
 * @param layout                        pairs that turn together
 */
@PublicApi
public record RopeConfig(double theta, RopeType type, double factor, int originalMaxPositionEmbeddings, double betaFast,
        double betaSlow, OptionalDouble mscale, OptionalDouble mscaleAllDim, RopeLayout layout) {

    /** {@code beta_fast} of a file that has none. */
    public static final double DEFAULT_BETA_FAST = 32;
    /** {@code beta_slow} of a file that has none. */
    public static final double DEFAULT_BETA_SLOW = 1;
    /** {@code rope_theta} of a file that has none. */
    public static final double DEFAULT_THETA = 10_000;

    /** Width of the ramp where both its ends fall on one frequency; keeps the division finite. */
    private static final double SMALLEST_RAMP = 0.001;

    /**
     * Checks the values.
     *
     * @throws ConfigurationException naming the first value out of range
     */
    public RopeConfig {
        Checks.present("rope_type", type);
        Checks.present("rope layout", layout);
        Checks.present("mscale", mscale);
        Checks.present("mscale_all_dim", mscaleAllDim);
        Checks.positive("rope_theta", theta);
        if (type == RopeType.YARN) {
            if (!(factor >= 1) || Double.isInfinite(factor)) {
                throw new ConfigurationException(
                        "factor of yarn is " + factor + ", must be a finite number of at least 1");
            }
            Checks.atLeast("original_max_position_embeddings", originalMaxPositionEmbeddings, 1);
            Checks.positive("beta_fast", betaFast);
            Checks.positive("beta_slow", betaSlow);
            if (theta == 1) {
                throw new ConfigurationException("rope_theta is 1, which has one frequency; yarn needs another base");
            }
            checkScale("mscale", mscale);
            checkScale("mscale_all_dim", mscaleAllDim);
        }
    }

    private static void checkScale(String key, OptionalDouble scale) {
        if (scale.isPresent() && !(scale.getAsDouble() >= 0 && scale.getAsDouble() < Double.POSITIVE_INFINITY)) {
            throw new ConfigurationException(
                    key + " is " + scale.getAsDouble() + ", must be a finite number of at least 0");
        }
    }

    /**
     * Rotary embedding without context extension.
     *
     * @param theta  base of the frequencies
     * @param layout pairs that turn together
     * @return the configuration
     */
    public static RopeConfig plain(double theta, RopeLayout layout) {
        return new RopeConfig(theta, RopeType.DEFAULT, 1, 0, DEFAULT_BETA_FAST, DEFAULT_BETA_SLOW,
                OptionalDouble.empty(), OptionalDouble.empty(), layout);
    }

    /**
     * This configuration with another layout of pairs.
     *
     * @param other pairs that turn together
     * @return the configuration
     */
    public RopeConfig withLayout(RopeLayout other) {
        return new RopeConfig(theta, type, factor, originalMaxPositionEmbeddings, betaFast, betaSlow, mscale,
                mscaleAllDim, other);
    }

    /**
     * Angle in radians that one position adds, a pair of components.
     *
     * @param ropeHeadDim width of a rotary vector, even
     * @return frequencies [ropeHeadDim / 2]
     * @throws ConfigurationException for an odd or non-positive width
     */
    public double[] inverseFrequencies(int ropeHeadDim) {
        if (ropeHeadDim < 2 || ropeHeadDim % 2 != 0) {
            throw new ConfigurationException("qk_rope_head_dim is " + ropeHeadDim + ", must be even and at least 2");
        }
        double[] frequencies = new double[ropeHeadDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(theta, -2.0 * i / ropeHeadDim);
        }
        if (type == RopeType.YARN) {
            extend(frequencies, ropeHeadDim);
        }
        return frequencies;
    }

    private void extend(double[] frequencies, int ropeHeadDim) {
        double low = Math.max(Math.floor(pairWithRotations(betaFast, ropeHeadDim)), 0);
        double high = Math.min(Math.ceil(pairWithRotations(betaSlow, ropeHeadDim)), ropeHeadDim - 1);
        if (low == high) {
            high += SMALLEST_RAMP;
        }
        for (int i = 0; i < frequencies.length; i++) {
            double interpolated = Math.clamp((i - low) / (high - low), 0, 1);
            frequencies[i] = frequencies[i] / factor * interpolated + frequencies[i] * (1 - interpolated);
        }
    }

    /** Index (a fraction) of the pair that turns {@code rotations} times over the original context. */
    private double pairWithRotations(double rotations, int ropeHeadDim) {
        double wavelength = originalMaxPositionEmbeddings / (rotations * 2 * Math.PI);
        return ropeHeadDim * Math.log(wavelength) / (2 * Math.log(theta));
    }

    /**
     * Factor on every cosine and sine. YaRN's attention temperature: the ratio of the two scales when both are given
     * and not 0, and 0.1 ln(factor) + 1 otherwise.
     *
     * @return the factor; 1 without YaRN
     */
    public double cosSinScale() {
        if (type != RopeType.YARN) {
            return 1;
        }
        if (mscale.orElse(0) != 0 && mscaleAllDim.orElse(0) != 0) {
            return temperature(mscale.getAsDouble()) / temperature(mscaleAllDim.getAsDouble());
        }
        return temperature(1);
    }

    /**
     * Factor on the softmax scale, from {@code mscale_all_dim} alone.
     *
     * @return the factor; 1 without YaRN and where {@code mscale_all_dim} is absent or 0
     */
    public double softmaxScaleFactor() {
        if (type != RopeType.YARN || mscaleAllDim.orElse(0) == 0) {
            return 1;
        }
        double temperature = temperature(mscaleAllDim.getAsDouble());
        return temperature * temperature;
    }

    private double temperature(double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    /**
     * Cosines of positions 0 to {@code positions} - 1, with {@link #cosSinScale()} in them.
     *
     * @param ropeHeadDim width of a rotary vector, even
     * @param positions   number of positions
     * @return table [positions, ropeHeadDim / 2]
     */
    public double[] cosines(int ropeHeadDim, int positions) {
        return table(ropeHeadDim, positions, Math::cos);
    }

    /**
     * Sines of positions 0 to {@code positions} - 1, with {@link #cosSinScale()} in them.
     *
     * @param ropeHeadDim width of a rotary vector, even
     * @param positions   number of positions
     * @return table [positions, ropeHeadDim / 2]
     */
    public double[] sines(int ropeHeadDim, int positions) {
        return table(ropeHeadDim, positions, Math::sin);
    }

    private double[] table(int ropeHeadDim, int positions, DoubleUnaryOperator function) {
        Checks.atLeast("positions", positions, 0);
        double[] frequencies = inverseFrequencies(ropeHeadDim);
        double[] table = new double[Math.multiplyExact(positions, frequencies.length)];
        double scale = cosSinScale();
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < frequencies.length; i++) {
                table[position * frequencies.length + i] = scale * function.applyAsDouble(position * frequencies[i]);
            }
        }
        return table;
    }

    /**
     * A builder of rotary embedding that YaRN extends to longer contexts.
     *
     * @param theta base of the frequencies
     */
    public static Builder yarn(double theta) {
        return new Builder(theta);
    }

    /** Sets the parts of a {@link RopeConfig} with YaRN by name; each method returns this builder. */
    public static final class Builder {

        private final double theta;
        private double factor;
        private int originalMaxPositionEmbeddings;
        private double betaFast = DEFAULT_BETA_FAST;
        private double betaSlow = DEFAULT_BETA_SLOW;
        private OptionalDouble mscale = OptionalDouble.empty();
        private OptionalDouble mscaleAllDim = OptionalDouble.empty();
        private RopeLayout layout = RopeLayout.NEIGHBOURS;

        private Builder(double theta) {
            this.theta = theta;
        }

        /** Context extension, at least 1. */
        public Builder factor(double value) {
            this.factor = value;
            return this;
        }

        /** Tokens of context before the extension. */
        public Builder originalMaxPositionEmbeddings(int value) {
            this.originalMaxPositionEmbeddings = value;
            return this;
        }

        /** Rotations over the original context above which a frequency is kept; 32 at first. */
        public Builder betaFast(double value) {
            this.betaFast = value;
            return this;
        }

        /** Rotations below which it is divided by the factor; 1 at first. */
        public Builder betaSlow(double value) {
            this.betaSlow = value;
            return this;
        }

        /** The file's {@code mscale}; absent at first. */
        public Builder mscale(OptionalDouble value) {
            this.mscale = value;
            return this;
        }

        /** The file's {@code mscale_all_dim}; absent at first. */
        public Builder mscaleAllDim(OptionalDouble value) {
            this.mscaleAllDim = value;
            return this;
        }

        /** Pairs that turn together; neighbours at first. */
        public Builder layout(RopeLayout value) {
            this.layout = value;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @throws ConfigurationException naming the first value out of range
         */
        public RopeConfig build() {
            return new RopeConfig(theta, RopeType.YARN, factor, originalMaxPositionEmbeddings, betaFast, betaSlow,
                    mscale, mscaleAllDim, layout);
        }
    }
}
