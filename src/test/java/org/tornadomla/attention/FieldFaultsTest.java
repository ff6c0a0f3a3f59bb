package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.config.RopeType;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.testing.TestTargets;

/** Faults that other implementations shipped, with the numbers that show them, on every device. */
class FieldFaultsTest {

    /** Half a unit of the last digit to which the numbers are known. */
    private static final float FIVE_DECIMALS = 5e-6f;

    private static final List<AttentionMode> FORMS = List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED);

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    private static RopeConfig yarn(OptionalDouble mscale, OptionalDouble mscaleAllDim) {
        return RopeConfig.yarn(10_000).factor(40).originalMaxPositionEmbeddings(4096).mscale(mscale)
                .mscaleAllDim(mscaleAllDim).build();
    }

    /** The rotary key of a token as the pool holds it: the input passes through kv_a unchanged. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault1RotaryPairsOfEveryLayout(Target target) {
        for (RopeLayout layout : RopeLayout.values()) {
            float[] expected = switch (layout) {
                case NEIGHBOURS -> new float[]{-1.14264f, 1.92208f, 2.95985f, 4.02980f};
                case EVENS_THEN_ODDS -> new float[]{-1.14264f, 2.95985f, 1.92208f, 4.02980f};
                case HALVES -> new float[]{-1.98411f, 1.95990f, 2.46238f, 4.01980f};
            };
            Layer layer = Layer
                    .of(MlaConfig.builder().hiddenSize(5).numHeads(1).kvLoraRank(1).qkNopeHeadDim(1).qkRopeHeadDim(4)
                            .vHeadDim(1).latentNorm(false).rope(RopeConfig.plain(10_000, layout)).build())
                    .with("kv_a_proj_with_mqa.weight", identity(5));
            try (MultiHeadLatentAttention mla = layer.on(target).build(); CachedSequence sequence = mla.open()) {
                mla.append(sequence, Tokens.of(1, 1, new float[]{7, 1, 2, 3, 4}).withPositions(1));
                float[] row = mla.cache().rows(sequence, 0);
                assertEquals(7, row[0], "the latent does not turn");
                assertArrayEquals(expected, Arrays.copyOfRange(row, 1, 5), FIVE_DECIMALS, layout.toString());
            }
        }
    }

    /** Two keys, of which the softmax scale decides the shares; position 0 alone would not show it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault2TheSoftmaxScaleHoldsYarnsFactor(Target target) {
        OptionalDouble both = OptionalDouble.of(0.707);
        MlaConfig config = MlaConfig.builder().hiddenSize(2).numHeads(1).kvLoraRank(2).qkNopeHeadDim(128)
                .qkRopeHeadDim(64).vHeadDim(2).latentNorm(false).rope(yarn(both, both)).build();
        assertEquals(0.1147214, config.softmaxScale(), 5e-8);
        MlaConfig v3 = config.toBuilder().rope(yarn(OptionalDouble.of(1), OptionalDouble.of(1))).build();
        assertEquals(0.1352338, v3.softmaxScale(), 5e-8);
        MlaConfig absent = config.toBuilder().rope(yarn(OptionalDouble.empty(), OptionalDouble.empty())).build();
        assertEquals(1 / Math.sqrt(192), absent.softmaxScale(), 1e-15);
        assertShares(target, passThrough(config, 4), (float) (1 / (1 + Math.exp(-4 * 0.1147214))));
    }

    /** The factor of cosine and sine is seen in the cached key, that of the scale in the shares. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault3YarnsTwoFactorsAreNotConfused(Target target) {
        MlaConfig config = MlaConfig.builder().hiddenSize(3).numHeads(1).kvLoraRank(1).qkNopeHeadDim(1).qkRopeHeadDim(2)
                .vHeadDim(1).latentNorm(false).rope(yarn(OptionalDouble.of(0.707), OptionalDouble.of(1))).build();
        assertEquals(1.87385 / Math.sqrt(3), config.softmaxScale(), FIVE_DECIMALS);
        assertEquals(0.92104f, cachedKey(target, config), FIVE_DECIMALS);
        MlaConfig neither = config.toBuilder().rope(yarn(OptionalDouble.empty(), OptionalDouble.empty())).build();
        assertEquals(1 / Math.sqrt(3), neither.softmaxScale(), 1e-15);
        assertEquals(0.1 * Math.log(40) + 1, neither.rope().cosSinScale(), 1e-15);
    }

    private static float cachedKey(Target target, MlaConfig config) {
        Layer layer = Layer.of(config).with("kv_a_proj_with_mqa.weight", identity(3));
        try (MultiHeadLatentAttention mla = layer.on(target).build(); CachedSequence sequence = mla.open()) {
            mla.append(sequence, Tokens.of(1, 1, new float[]{0, 1, 0}));
            return mla.cache().rows(sequence, 0)[1];
        }
    }

    /** Width 4, query [1, 0, 0, 0], keys [1, 0, 0, 0] and [0, 0, 0, 0]. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault4ScoresAreDividedByTheRootOfTheWidth(Target target) {
        MlaConfig config = MlaConfig.builder().hiddenSize(2).numHeads(1).kvLoraRank(2).qkNopeHeadDim(2).qkRopeHeadDim(2)
                .vHeadDim(2).latentNorm(false).build();
        assertShares(target, passThrough(config, 1), 0.62246f);
    }

    /**
     * A layer of width 2 whose every query is {@code [query, 0, ...]}, whose first token's key is [1, 0, ...] and
     * second's 0, whose values are the tokens themselves and whose output is the value: the second token's output is
     * the two shares.
     */
    private static Layer passThrough(MlaConfig config, float query) {
        Map<String, float[]> weights = new HashMap<>();
        float[] q = new float[config.qkHeadDim() * 2];
        q[0] = query;
        q[1] = query;
        float[] kvA = new float[(2 + config.qkRopeHeadDim()) * 2];
        kvA[0] = 1;
        kvA[3] = 1;
        float[] kvB = new float[(config.qkNopeHeadDim() + 2) * 2];
        kvB[0] = 1;
        kvB[kvB.length - 4] = 1;
        kvB[kvB.length - 1] = 1;
        weights.put("q_proj.weight", q);
        weights.put("kv_a_proj_with_mqa.weight", kvA);
        weights.put("kv_b_proj.weight", kvB);
        weights.put("o_proj.weight", identity(2));
        return new Layer(config, weights);
    }

    private static void assertShares(Target target, Layer layer, float first) {
        for (AttentionMode mode : FORMS) {
            try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
                float[] y = mla.forward(Tokens.of(1, 2, new float[]{1, 0, 0, 1}));
                assertArrayEquals(new float[]{1, 0, first, 1 - first}, y, FIVE_DECIMALS, mode.toString());
            }
        }
    }

    /** An absorbed query of 512 * 12 * 12 = 73,728, above the largest half-precision number. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault5AbsorbedQueriesBeyondHalfPrecision(Target target) {
        int wide = 512;
        MlaConfig config = MlaConfig.builder().hiddenSize(1).numHeads(1).kvLoraRank(wide).qkNopeHeadDim(wide)
                .qkRopeHeadDim(2).vHeadDim(3).latentNorm(false).build();
        float[] q = new float[wide + 2];
        Arrays.fill(q, 0, wide, 12);
        float[] kvA = new float[wide + 2];
        kvA[0] = 1e-3f;
        float[] kvB = new float[(wide + 3) * wide];
        for (int place = 0; place < wide; place++) {
            kvB[place * wide] = 12;
        }
        kvB[wide * wide] = 1000;
        kvB[(wide + 1) * wide] = -500;
        kvB[(wide + 2) * wide] = 250;
        Layer layer = Layer.of(config).with("q_proj.weight", q).with("kv_a_proj_with_mqa.weight", kvA)
                .with("kv_b_proj.weight", kvB).with("o_proj.weight", new float[]{1, 1, 1});
        float[] x = {1, -0.5f, 0.25f};
        for (AttentionMode mode : FORMS) {
            try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
                Layer.assertClose(mode.toString(), mla.forward(Tokens.of(1, 3, x)),
                        layer.expected(x, ScoreMask.causal(0)));
            }
        }
    }

    private static float[] identity(int size) {
        float[] identity = new float[size * size];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return identity;
    }
}
