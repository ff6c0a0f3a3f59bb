package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.decoder.Continuation.Rows;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** Outputs are those of the rows that are wanted, as many as there are rows and not sequences. */
class OutputsTest {

    private static final Path MODEL = Goldens.folder("models").resolve("v3-sigmoid-bias");
    private static final int[] IDS = {7, 31, 2, 99, 150, 4, 4, 63, 12, 88, 140};
    private static final Set<Output> BOTH = EnumSet.allOf(Output.class);
    /** Sums of 64 products in single precision, in any order. */
    private static final double TOLERANCE = 2e-5;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    private static Decoder load(Target target, int outputs) {
        return Decoder.load(MODEL, target, DecoderOptions.defaults().withChunkTokens(8).withBatch(2).withCacheTokens(64)
                .withPageTokens(4).withOutputs(outputs));
    }

    /** A chunk of eight tokens gives eight rows, though no more than two sequences go together. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void aRoundGivesMoreRowsThanSequences(Target target) {
        try (Decoder many = load(target, 8); Decoder few = load(target, 0)) {
            float[][] expected = each(few, 6);
            float[][] found = each(many, 2);
            assertEquals(IDS.length, found.length);
            for (int row = 0; row < IDS.length; row++) {
                Comparer.assertClose("logits of row " + row, found[row], expected[row], TOLERANCE);
            }
        }
    }

    /** Logits of each token; before every round it is asked whether to go on. */
    private static float[][] each(Decoder decoder, int rounds) {
        AtomicInteger asked = new AtomicInteger();
        try (Sequence sequence = decoder.open()) {
            Outputs outputs = decoder.run(List.of(new Continuation(sequence, Rows.EACH, IDS)),
                    EnumSet.of(Output.LOGITS), () -> asked.incrementAndGet() < 0).getFirst();
            assertEquals(rounds, asked.get());
            return outputs.logits();
        }
    }

    /** Logits are the head times the hidden state; hidden states alone are the same, and the head does not run. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void hiddenStatesAreWhatTheHeadReads(Target target) {
        try (Decoder decoder = load(target, 0); Sequence sequence = decoder.open(); Sequence alone = decoder.open()) {
            Outputs both = decoder.run(List.of(new Continuation(sequence, Rows.EACH, IDS)), BOTH, () -> false)
                    .getFirst();
            float[][] hidden = decoder.hidden(alone, IDS);
            Matrix head;
            try (Checkpoint files = Checkpoint.open(MODEL)) {
                head = files.matrix("lm_head.weight");
                float[] weights = new float[decoder.model().hiddenSize()];
                for (int row = 0; row < IDS.length; row++) {
                    assertArrayEquals(both.hidden()[row], hidden[row], "the same with and without logits");
                    float[] logits = new float[decoder.model().vocabSize()];
                    for (int id = 0; id < logits.length; id++) {
                        head.read(id, weights);
                        double sum = 0;
                        for (int i = 0; i < weights.length; i++) {
                            sum += (double) weights[i] * hidden[row][i];
                        }
                        logits[id] = (float) sum;
                    }
                    Comparer.assertClose("logits of row " + row, both.logits()[row], logits, TOLERANCE);
                }
            }
            assertEquals(0, decoder.profile(() -> decoder.hidden(alone, 3)).keySet().stream()
                    .filter(task -> task.startsWith("head.")).count(), "the head does not run");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void onlyTheRowsThatAreWantedComeOut(Target target) {
        try (Decoder decoder = load(target, 0);
                Sequence a = decoder.open();
                Sequence b = decoder.open();
                Sequence c = decoder.open()) {
            List<Outputs> outputs = decoder.run(List.of(new Continuation(a, Rows.NONE, 1, 2, 3),
                    new Continuation(b, 4, 5), new Continuation(c, Rows.EACH, 6, 7)), EnumSet.of(Output.LOGITS),
                    () -> false);
            assertEquals(List.of(0, 1, 2), outputs.stream().map(rows -> rows.logits().length).toList());
            assertEquals(List.of(0, 0, 0), outputs.stream().map(rows -> rows.hidden().length).toList());
            try (Sequence again = decoder.open()) {
                Comparer.assertClose("last", outputs.get(1).logits()[0], decoder.append(again, 4, 5), TOLERANCE);
            }
        }
    }
}
