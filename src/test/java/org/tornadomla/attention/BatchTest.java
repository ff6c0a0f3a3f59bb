package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.testing.TestTargets;

/** A batch's rows do not know of each other, whatever their lengths and however many rounds they take. */
class BatchTest {

    private final Layer layer = Layer.of(Layer.SMALL);
    private final int hidden = layer.config().hiddenSize();

    static Stream<Arguments> targetsAndForms() {
        return TestTargets.all().flatMap(target -> Stream.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)
                .map(mode -> Arguments.of(target, mode)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void fieldFault10RowsOfDifferentLengthsEqualEachAlone(Target target, AttentionMode mode) {
        float[] two = layer.tokens(2, 1);
        float[] six = layer.tokens(6, 2);
        float[] nothing = new float[4 * hidden];
        Arrays.fill(nothing, Float.NaN);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
            float[] right = mla.forward(Tokens.of(2, 6, Layer.join(two, nothing, six)).withLengths(2, 6));
            Layer.assertClose("two, padded right", layer.rows(right, 0, 2), layer.expected(two, ScoreMask.causal(0)));
            assertArrayEquals(new float[4 * hidden], layer.rows(right, 2, 6), "padding is zero");
            Layer.assertClose("six", layer.rows(right, 6, 12), layer.expected(six, ScoreMask.causal(0)));

            float[] mask = new float[2 * 6 * 6];
            for (int query = 0; query < 6; query++) {
                Arrays.fill(mask, query * 6, query * 6 + 4, Float.NEGATIVE_INFINITY);
            }
            int[] positions = {0, 0, 0, 0, 0, 1, 0, 1, 2, 3, 4, 5};
            float[] left = mla.forward(Tokens.of(2, 6, Layer.join(layer.tokens(4, 3), two, six))
                    .withPositions(positions).withMask(new Mask(2, 1, 6, 6, mask)));
            Layer.assertClose("two, padded left", layer.rows(left, 4, 6), layer.expected(two, ScoreMask.causal(0)));
            assertArrayEquals(new float[4 * hidden], layer.rows(left, 0, 4), "padding sees nothing");
            Layer.assertClose("six", layer.rows(left, 6, 12), layer.expected(six, ScoreMask.causal(0)));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void rowsContinueFromTheirOwnLengths(Target target, AttentionMode mode) {
        float[][] x = {layer.tokens(9, 4), layer.tokens(9, 5), layer.tokens(9, 6)};
        int[] prompt = {1, 5, 0};
        int[] more = {3, 0, 2};
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
            List<CachedSequence> rows = List.of(mla.open(), mla.open(), mla.open());
            mla.append(rows, tokens(x, new int[3], 5).withLengths(prompt));
            float[] y = mla.append(rows, tokens(x, prompt, 3).withLengths(more));
            for (int row = 0; row < 3; row++) {
                int length = prompt[row] + more[row];
                assertEquals(length, rows.get(row).length());
                double[] expected = layer.expected(layer.rows(x[row], 0, length), ScoreMask.causal(0));
                Layer.assertClose("row " + row, layer.rows(y, row * 3, row * 3 + more[row]),
                        layer.rows(expected, prompt[row], length));
            }
            rows.forEach(CachedSequence::close);
        }
    }

    private Tokens tokens(float[][] x, int[] from, int count) {
        float[] values = new float[0];
        for (int row = 0; row < x.length; row++) {
            values = Layer.join(values, layer.rows(x[row], from[row], from[row] + count));
        }
        return Tokens.of(x.length, count, values);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void moreRowsThanABatchAndMoreTokensThanARound(Target target, AttentionMode mode) {
        int batch = 5;
        int length = 11;
        float[][] x = new float[batch][];
        for (int row = 0; row < batch; row++) {
            x[row] = layer.tokens(length, 30 + row);
        }
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).batch(2).roundTokens(7).build()) {
            List<CachedSequence> rows = new ArrayList<>();
            for (int row = 0; row < batch; row++) {
                rows.add(mla.open());
            }
            float[] prompt = mla.append(rows, tokens(x, new int[batch], length - 1));
            float[] step = mla.append(rows, tokens(x, new int[]{10, 10, 10, 10, 10}, 1));
            for (int row = 0; row < batch; row++) {
                double[] expected = layer.expected(x[row], ScoreMask.causal(0));
                Layer.assertClose("row " + row, layer.rows(prompt, row * 10, row * 10 + 10),
                        layer.rows(expected, 0, 10));
                Layer.assertClose("step of row " + row, layer.rows(step, row, row + 1), layer.rows(expected, 10, 11));
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void aPromptWithoutCausalityIsSeenWholeHoweverManyRoundsItTakes(Target target, AttentionMode mode) {
        float[] x = layer.tokens(17, 40);
        double[] whole = layer.expected(x, ScoreMask.NONE);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).roundTokens(7).build()) {
            Layer.assertClose("at once", mla.forward(Tokens.of(1, 17, x).bidirectional()), whole);
            try (CachedSequence sequence = mla.open()) {
                mla.append(sequence, Tokens.of(1, 3, layer.rows(x, 0, 3)));
                float[] rest = mla.append(sequence, Tokens.of(1, 14, layer.rows(x, 3, 17)).bidirectional());
                Layer.assertClose("behind a cache", rest, layer.rows(whole, 3, 17));
            }
        }
    }

    /** Room for the masks of two tokens only, so that a round is full before its tokens are. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void roundsThatAreFullOfMasksLoseNothing(Target target, AttentionMode mode) {
        float[] x = layer.tokens(5, 41);
        float[] values = new float[25];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.3f * (i % 7) - 1;
        }
        Tokens tokens = Tokens.of(1, 5, x).withMask(new Mask(1, 1, 5, 5, values));
        ScoreMask additive = ScoreMask.additive(values, 1, 5, 5);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).maskFloats(10).build()) {
            Layer.assertClose("causal", mla.forward(tokens), layer.expected(x, additive.and(ScoreMask.causal(0))));
            Layer.assertClose("not causal", mla.forward(tokens.bidirectional()), layer.expected(x, additive));
        }
    }
}
