package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.tornadomla.error.ConfigurationException;

/** Frequencies and the two YaRN factors against published numbers. */
class RopeConfigTest {

    private static RopeConfig yarn(OptionalDouble mscale, OptionalDouble mscaleAllDim) {
        return RopeConfig.yarn(10_000).factor(40).originalMaxPositionEmbeddings(4096).mscale(mscale)
                .mscaleAllDim(mscaleAllDim).build();
    }

    private static MlaConfig attention(RopeConfig rope) {
        return MlaConfig.builder().hiddenSize(64).numHeads(2).kvLoraRank(8).qkNopeHeadDim(128).qkRopeHeadDim(64)
                .vHeadDim(128).rope(rope).build();
    }

    @ParameterizedTest
    @CsvSource({"0.707, 0.1147214", "1, 0.1352338", "0, 0.0721688"})
    void softmaxScaleHoldsTheYarnFactor(double both, double expected) {
        OptionalDouble scale = OptionalDouble.of(both);
        assertEquals(expected, attention(yarn(scale, scale)).softmaxScale(), 5e-8);
    }

    @Test
    void withoutMscaleAllDimTheSoftmaxScaleIsPlain() {
        RopeConfig rope = yarn(OptionalDouble.of(1), OptionalDouble.empty());
        assertEquals(1 / Math.sqrt(192), attention(rope).softmaxScale());
    }

    @Test
    void theTwoFactorsAreNotConfused() {
        RopeConfig rope = yarn(OptionalDouble.of(0.707), OptionalDouble.of(1));
        assertEquals(0.92104, rope.cosSinScale(), 5e-6);
        assertEquals(1.87385, rope.softmaxScaleFactor(), 5e-6);
    }

    @Test
    void withNeitherKeyOnlyCosineAndSineAreScaled() {
        RopeConfig rope = yarn(OptionalDouble.empty(), OptionalDouble.empty());
        assertEquals(0.1 * Math.log(40) + 1, rope.cosSinScale(), 1e-12);
        assertEquals(1, rope.softmaxScaleFactor());
    }

    @Test
    void plainFrequenciesFallByPowersOfTheBase() {
        RopeConfig rope = RopeConfig.plain(10_000, RopeLayout.HALVES);
        assertArrayEquals(new double[]{1, 0.01}, rope.inverseFrequencies(4), 1e-15);
        assertEquals(1, rope.cosSinScale());
        assertEquals(1, rope.softmaxScaleFactor());
    }

    /** For 64 components the ramp of DeepSeek's settings runs from pair 10 to pair 23. */
    @Test
    void yarnKeepsHighFrequenciesAndDividesLowOnes() {
        double[] plain = RopeConfig.plain(10_000, RopeLayout.NEIGHBOURS).inverseFrequencies(64);
        double[] yarn = yarn(OptionalDouble.empty(), OptionalDouble.empty()).inverseFrequencies(64);
        for (int i = 0; i <= 10; i++) {
            assertEquals(plain[i], yarn[i], 1e-15);
        }
        double share = (15 - 10) / 13.0;
        assertEquals(plain[15] * (1 - share) + plain[15] / 40 * share, yarn[15], 1e-15);
        for (int i = 23; i < 32; i++) {
            assertEquals(plain[i] / 40, yarn[i], 1e-15);
        }
    }

    @Test
    void aRampOfNoWidthStaysFinite() {
        RopeConfig rope = RopeConfig.yarn(10_000).factor(4).originalMaxPositionEmbeddings(4096).betaFast(1).build();
        for (double frequency : rope.inverseFrequencies(2)) {
            assertTrue(Double.isFinite(frequency) && frequency > 0);
        }
    }

    /** The ramp begins with the first pair and ends with the last, wherever the rotations would put its ends. */
    @Test
    void theRampStaysAmongThePairs() {
        RopeConfig wide = RopeConfig.yarn(2).factor(4).originalMaxPositionEmbeddings(4096).betaFast(1e6).build();
        double second = Math.pow(2, -0.5);
        assertArrayEquals(new double[]{1, second / 4 / 3 + second * 2 / 3}, wide.inverseFrequencies(4), 1e-15);
        RopeConfig none = RopeConfig.yarn(10_000).factor(4).originalMaxPositionEmbeddings(1).build();
        assertArrayEquals(new double[]{1, 0.01 / 4}, none.inverseFrequencies(4), 1e-15,
                "every pair behind a ramp without width is divided");
    }

    @Test
    void tablesHoldOneRowAPosition() {
        RopeConfig rope = yarn(OptionalDouble.empty(), OptionalDouble.empty());
        double[] frequencies = rope.inverseFrequencies(8);
        double[] cosines = rope.cosines(8, 3);
        double[] sines = rope.sines(8, 3);
        assertEquals(12, cosines.length);
        assertEquals(rope.cosSinScale(), cosines[3]);
        assertEquals(rope.cosSinScale() * Math.cos(2 * frequencies[1]), cosines[2 * 4 + 1], 1e-15);
        assertEquals(rope.cosSinScale() * Math.sin(2 * frequencies[1]), sines[2 * 4 + 1], 1e-15);
    }

    @Test
    void badValuesAreNamed() {
        RopeConfig plain = RopeConfig.plain(10_000, RopeLayout.NEIGHBOURS);
        refused("qk_rope_head_dim is 5", () -> plain.inverseFrequencies(5));
        refused("rope_theta is 0.0", () -> RopeConfig.plain(0, RopeLayout.NEIGHBOURS));
        refused("factor of yarn is 0.5",
                () -> RopeConfig.yarn(10_000).factor(0.5).originalMaxPositionEmbeddings(64).build());
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(ConfigurationException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }
}
