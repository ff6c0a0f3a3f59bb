package org.tornadomla.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tornadomla.reference.AttentionReference.Form.ABSORBED;
import static org.tornadomla.reference.AttentionReference.Form.EXPANDED;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.ShapeException;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Seeds;

/** The two forms against each other, the cache against a run without one, masks, and what a hidden row must not do. */
class AttentionReferenceTest {

    /** Rounding of sums of under a thousand terms of double precision, with room to spare. */
    private static final double ROUNDING = 1e-12;

    /** Widths that are all different, so that none can stand in for another. */
    private static final MlaConfig CONFIG = MlaConfig.builder().hiddenSize(13).numHeads(3).qLoraRank(8).kvLoraRank(6)
            .qkNopeHeadDim(5).qkRopeHeadDim(4).vHeadDim(7).attentionBias(true).build();

    private static AttentionReference reference(MlaConfig config) {
        Map<String, float[]> weights = Seeds.attentionWeights(config, 11);
        return new AttentionReference(config, MlaReferenceWeights.of(config, weights::get));
    }

    private static double[] tokens(int count, long seed) {
        return Comparer.widen(Seeds.normal(seed, count * CONFIG.hiddenSize()));
    }

    private static double[] rows(double[] x, int from, int to) {
        return Arrays.copyOfRange(x, from * CONFIG.hiddenSize(), to * CONFIG.hiddenSize());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void absorbedEqualsExpanded(int count) {
        AttentionReference reference = reference(CONFIG);
        double[] x = tokens(count, 3);
        int[] positions = Seeds.range(0, count);
        double[] expanded = reference.self(x, positions, LatentRows.NONE, ScoreMask.causal(0), EXPANDED);
        double[] absorbed = reference.self(x, positions, LatentRows.NONE, ScoreMask.causal(0), ABSORBED);
        Comparer.assertClose("absorbed", absorbed, expanded, ROUNDING);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everyStepFromTheCacheEqualsARunWithoutOne(int chunk) {
        AttentionReference reference = reference(CONFIG.toBuilder().qLoraRank(0).build());
        double[] x = tokens(7, 4);
        double[] whole = reference.self(x, Seeds.range(0, 7), LatentRows.NONE, ScoreMask.causal(0), EXPANDED);
        LatentRows cached = LatentRows.NONE;
        for (int start = 0; start < 7; start += chunk) {
            int end = Math.min(start + chunk, 7);
            int[] positions = Seeds.range(start, end - start);
            double[] part = rows(x, start, end);
            double[] step = reference.self(part, positions, cached, ScoreMask.causal(start), ABSORBED);
            Comparer.assertClose("rows from " + start, step, rows(whole, start, end), ROUNDING);
            cached = cached.append(reference.project(part, positions));
        }
        LatentRows all = reference.project(x, Seeds.range(0, 7));
        assertArrayEquals(all.latents(), cached.latents());
        assertArrayEquals(all.rotaryKeys(), cached.rotaryKeys());
    }

    @ParameterizedTest
    @EnumSource
    void scoresDependOnDistanceOnly(RopeLayout layout) {
        AttentionReference reference = reference(CONFIG.toBuilder().rope(RopeConfig.plain(100, layout)).build());
        double[] x = tokens(5, 5);
        double[] near = reference.self(x, Seeds.range(0, 5), LatentRows.NONE, ScoreMask.causal(0), EXPANDED);
        double[] far = reference.self(x, Seeds.range(90, 5), LatentRows.NONE, ScoreMask.causal(0), EXPANDED);
        Comparer.assertClose("shifted", far, near, ROUNDING);
        double[] spread = reference.self(x, new int[]{0, 2, 4, 6, 8}, LatentRows.NONE, ScoreMask.causal(0), EXPANDED);
        assertTrue(Comparer.compare(spread, near).relative() > 1e-4);
    }

    @Test
    void theTwoLayoutsOfNeighboursGiveTheSameScores() {
        double[] x = tokens(6, 6);
        int[] positions = Seeds.range(0, 6);
        double[] inPlace = reference(CONFIG).self(x, positions, LatentRows.NONE, ScoreMask.causal(0), EXPANDED);
        MlaConfig other = CONFIG.toBuilder().rope(CONFIG.rope().withLayout(RopeLayout.EVENS_THEN_ODDS)).build();
        double[] split = reference(other).self(x, positions, LatentRows.NONE, ScoreMask.causal(0), EXPANDED);
        Comparer.assertClose("evens then odds", split, inPlace, ROUNDING);
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatSeesNoKeyGivesTheBiasOfTheOutput(AttentionReference.Form form) {
        AttentionReference reference = reference(CONFIG);
        float[] bias = Seeds.attentionWeights(CONFIG, 11).get("o_proj.bias");
        double[] y = reference.self(tokens(3, 7), Seeds.range(0, 3), LatentRows.NONE, ScoreMask.keyLength(0), form);
        for (int row = 0; row < 3; row++) {
            assertArrayEquals(Comparer.widen(bias), rows(y, row, row + 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void hiddenRowsAreNotRead(AttentionReference.Form form) {
        AttentionReference reference = reference(CONFIG);
        double[] x = tokens(4, 8);
        int[] positions = Seeds.range(0, 4);
        LatentRows rows = reference.project(x, positions);
        double[] expected = reference.attend(x, positions, rows, ScoreMask.keyLength(2), form);
        Arrays.fill(rows.latents(), 2 * CONFIG.kvLoraRank(), rows.latents().length, Double.NaN);
        Arrays.fill(rows.rotaryKeys(), 2 * CONFIG.qkRopeHeadDim(), rows.rotaryKeys().length, Double.NaN);
        assertArrayEquals(expected, reference.attend(x, positions, rows, ScoreMask.keyLength(2), form));
    }

    @Test
    void aWindowEqualsACopyThatHoldsOnlyItsRows() {
        AttentionReference reference = reference(CONFIG);
        double[] x = tokens(6, 9);
        double[] windowed = reference.self(x, Seeds.range(0, 6), LatentRows.NONE, ScoreMask.window(0, 3), EXPANDED);
        LatentRows lastThree = reference.project(rows(x, 3, 6), Seeds.range(3, 3));
        double[] last = reference.attend(rows(x, 5, 6), new int[]{5}, lastThree, ScoreMask.NONE, ABSORBED);
        Comparer.assertClose("last row", rows(windowed, 5, 6), last, ROUNDING);
    }

    @Test
    void additiveMasksMayDifferAHead() {
        AttentionReference reference = reference(CONFIG);
        double[] x = tokens(2, 10);
        float[] shared = {0, -3e38f, 0.5f, 1};
        float[] perHead = {0, -3e38f, 0.5f, 1, 0, -3e38f, 0.5f, 1, 0, -3e38f, 0.5f, 1};
        double[] expected = reference.self(x, Seeds.range(0, 2), LatentRows.NONE, ScoreMask.additive(shared, 1, 2, 2),
                EXPANDED);
        assertArrayEquals(expected,
                reference.self(x, Seeds.range(0, 2), LatentRows.NONE, ScoreMask.additive(perHead, 3, 2, 2), EXPANDED));
        perHead[10] = -2;
        ScoreMask changed = ScoreMask.additive(perHead, 3, 2, 2);
        double[] other = reference.self(x, Seeds.range(0, 2), LatentRows.NONE, changed, EXPANDED);
        assertTrue(Comparer.compare(other, expected).relative() > 1e-3);
    }

    /** Rows of 2 and 6 tokens, padded to 6 on either side, equal each row alone. */
    @Test
    void paddedRowsEqualTheirTokensAlone() {
        AttentionReference reference = reference(CONFIG);
        double[] x = tokens(6, 12);
        double[] alone = reference.self(rows(x, 4, 6), Seeds.range(0, 2), LatentRows.NONE, ScoreMask.causal(0),
                EXPANDED);
        ScoreMask left = ScoreMask.causal(0).and((head, query, key) -> key >= 4 ? 0 : Double.NEGATIVE_INFINITY);
        double[] padded = reference.self(x, new int[]{0, 0, 0, 0, 0, 1}, LatentRows.NONE, left, ABSORBED);
        Comparer.assertClose("padded left", rows(padded, 4, 6), alone, ROUNDING);
        double[] first = reference.self(rows(x, 0, 2), Seeds.range(0, 2), LatentRows.NONE, ScoreMask.causal(0),
                EXPANDED);
        ScoreMask right = ScoreMask.causal(0).and(ScoreMask.keyLength(2));
        padded = reference.self(x, Seeds.range(0, 6), LatentRows.NONE, right, ABSORBED);
        Comparer.assertClose("padded right", rows(padded, 0, 2), first, ROUNDING);
    }

    @Test
    void wrongSizesAreNamed() {
        AttentionReference reference = reference(CONFIG);
        assertThrows(ShapeException.class, () -> reference.project(new double[12], new int[]{0}));
        assertThrows(ShapeException.class, () -> reference.attend(tokens(1, 1), new int[]{0},
                new LatentRows(new double[6], new double[3]), ScoreMask.NONE, EXPANDED));
        assertThrows(ShapeException.class, () -> ScoreMask.additive(new float[3], 1, 2, 2));
        Map<String, float[]> weights = Seeds.attentionWeights(CONFIG, 1);
        weights.put("o_proj.weight", new float[5]);
        assertTrue(assertThrows(ShapeException.class, () -> MlaReferenceWeights.of(CONFIG, weights::get)).getMessage()
                .contains("o_proj.weight has 5"));
        weights.remove("kv_b_proj.weight");
        String missing = assertThrows(ShapeException.class, () -> MlaReferenceWeights.of(CONFIG, weights::get))
                .getMessage();
        assertEquals("weight kv_b_proj.weight is missing, expected 36 x 6", missing);
    }
}
