package org.tornadomla.attention;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.config.RopeType;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

/** Both ways of attending, at every option of a layer, against each other and the reference. */
class AttentionFormsTest {

    private static final RopeConfig YARN = RopeConfig.yarn(10_000).factor(40).originalMaxPositionEmbeddings(64)
            .mscale(OptionalDouble.of(0.707)).mscaleAllDim(OptionalDouble.of(1)).build();

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    static Stream<Arguments> options() {
        List<Arguments> options = List.of(Arguments.of("as DeepSeek-V3", Layer.WIDE),
                Arguments.of("no query compression", Layer.WIDE.toBuilder().qLoraRank(0).build()),
                Arguments.of("no norms", Layer.WIDE.toBuilder().queryNorm(false).latentNorm(false).build()),
                Arguments.of("no query norm", Layer.SMALL.toBuilder().queryNorm(false).build()),
                Arguments.of("biases", Layer.SMALL.toBuilder().attentionBias(true).build()),
                Arguments.of("biases, no query compression",
                        Layer.SMALL.toBuilder().attentionBias(true).qLoraRank(0).build()),
                Arguments.of("evens then odds", Layer.SMALL.toBuilder().rope(rope(RopeLayout.EVENS_THEN_ODDS)).build()),
                Arguments.of("halves", Layer.WIDE.toBuilder().rope(rope(RopeLayout.HALVES)).build()),
                Arguments.of("YaRN with unequal factors", Layer.WIDE.toBuilder().rope(YARN).build()),
                Arguments.of("one of everything", MlaConfig.builder().hiddenSize(1).numHeads(1).kvLoraRank(1)
                        .qkNopeHeadDim(1).qkRopeHeadDim(2).vHeadDim(1).latentNorm(false).build()));
        return TestTargets.all().flatMap(
                target -> options.stream().map(option -> Arguments.of(target, option.get()[0], option.get()[1])));
    }

    private static RopeConfig rope(RopeLayout layout) {
        return RopeConfig.plain(10_000, layout);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("options")
    void bothFormsAgreeWithTheReference(Target target, String name, MlaConfig config) {
        Layer layer = Layer.of(config);
        float[] x = layer.tokens(7, 3);
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        for (AttentionMode mode : List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)) {
            try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build();
                    CachedSequence sequence = mla.open()) {
                float[] prompt = mla.append(sequence, Tokens.of(1, 6, layer.rows(x, 0, 6)));
                float[] step = mla.append(sequence, Tokens.of(1, 1, layer.rows(x, 6, 7)));
                Layer.assertClose(mode + " prompt", prompt, layer.rows(expected, 0, 6));
                Layer.assertClose(mode + " step", step, layer.rows(expected, 6, 7));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault8AbsorbedEqualsExpandedWhereAllWidthsDiffer(Target target) {
        Layer layer = Layer.of(Layer.SMALL);
        try (MultiHeadLatentAttention absorbed = layer.on(target).mode(AttentionMode.ABSORBED).build();
                MultiHeadLatentAttention expanded = layer.on(target).mode(AttentionMode.EXPANDED).build()) {
            for (int count : new int[]{1, 2, 7}) {
                Tokens x = Tokens.of(1, count, layer.tokens(count, 20 + count));
                Comparer.assertClose(count + " tokens", absorbed.forward(x), expanded.forward(x), Layer.TOLERANCE);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void cardSizesAgreeWithTheReference(Target target) {
        Layer layer = Layer.of(MlaConfig.card(512, 8, 512, 64, 64, 32));
        float[] x = layer.tokens(9, 8);
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        try (MultiHeadLatentAttention mla = layer.on(target).build(); CachedSequence sequence = mla.open()) {
            float[] prompt = mla.append(sequence, Tokens.of(1, 8, layer.rows(x, 0, 8)));
            float[] step = mla.append(sequence, Tokens.of(1, 1, layer.rows(x, 8, 9)));
            Layer.assertClose("card", Layer.join(prompt, step), expected);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void longContextIsSplitAndMergedExactly(Target target) {
        Layer layer = Layer.of(Layer.SMALL);
        int length = 251;
        float[] x = layer.tokens(length, 9);
        double[] expected = layer.rows(layer.expected(x, ScoreMask.causal(0)), length - 1, length);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(AttentionMode.ABSORBED).roundTokens(64).build();
                CachedSequence sequence = mla.open()) {
            mla.append(sequence, Tokens.of(1, length - 1, layer.rows(x, 0, length - 1)));
            Layer.assertClose("step", mla.append(sequence, Tokens.of(1, 1, layer.rows(x, length - 1, length))),
                    expected);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void crossAttentionSeesTheContextOnly(Target target) {
        Layer layer = Layer.of(Layer.SMALL);
        float[] x = layer.tokens(3, 12);
        float[] context = layer.tokens(9, 13);
        AttentionReference reference = layer.reference();
        double[] expected = reference.attend(Comparer.widen(x), Seeds.range(0, 3),
                reference.project(Comparer.widen(context), Seeds.range(0, 9)), ScoreMask.NONE,
                AttentionReference.Form.EXPANDED);
        for (AttentionMode mode : List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)) {
            try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build();
                    CachedSequence sequence = mla.open()) {
                Tokens question = Tokens.of(1, 3, x).bidirectional();
                Layer.assertClose("at once " + mode, mla.forward(question, Tokens.of(1, 9, context)), expected);
                mla.remember(List.of(sequence), Tokens.of(1, 9, context));
                Layer.assertClose("remembered " + mode, mla.ask(List.of(sequence), question), expected);
                Layer.assertClose("asked again " + mode, mla.ask(List.of(sequence), question), expected);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void explicitPositionsRotate(Target target) {
        Layer layer = Layer.of(Layer.SMALL);
        float[] x = layer.tokens(5, 14);
        int[] positions = {90, 3, 3, 0, 41};
        double[] expected = layer.expected(x, positions, ScoreMask.causal(0));
        for (AttentionMode mode : List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)) {
            try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
                Layer.assertClose("positions " + mode, mla.forward(Tokens.of(1, 5, x).withPositions(positions)),
                        expected);
            }
        }
    }
}
