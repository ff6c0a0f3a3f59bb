package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * Models with sparse attention on devices against the reference, which takes the first of keys with equal scores as
 * devices do; GoldenReferenceTest holds the reference against transformers. Prompts are longer than index_topk.
 */
class SparseAttentionTest {

    private static final int STEPS = 10;
    private static final Map<String, Expected> EXPECTED = new ConcurrentHashMap<>();

    /** What the reference gives: logits of the prompt, and ids that continue it. */
    private record Expected(double[] logits, int[] ids) {
    }

    private static Expected expected(GoldenModel golden) {
        return EXPECTED.computeIfAbsent(golden.name(), name -> {
            Map<String, float[]> weights = new HashMap<>();
            try (Checkpoint checkpoint = Checkpoint.open(golden.directory())) {
                checkpoint.names().forEach(weight -> weights.put(weight, checkpoint.read(weight)));
            }
            DecoderReference reference = new DecoderReference(golden.config(), weights::get,
                    AttentionReference.Form.ABSORBED);
            double[] logits = reference.logits(golden.inputIds());
            int vocabulary = golden.config().vocabSize();
            double[] last = Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length);
            int[] ids = new int[STEPS];
            for (int i = 0; i < STEPS; i++) {
                ids[i] = largest(last);
                last = reference.logits(ids[i]);
            }
            return new Expected(logits, ids);
        });
    }

    private static int largest(double[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }

    static Stream<Arguments> cases() {
        return GoldenRound.cases(Goldens.sparse().toList());
    }

    private static DecoderOptions options(int page) {
        return DecoderOptions.defaults().withChunkTokens(16).withBatch(2).withCacheTokens(256).withPageTokens(page);
    }

    private static float[] score(Decoder decoder, Sequence sequence, int... ids) {
        float[][] rows = decoder.score(sequence, ids);
        float[] logits = new float[rows.length * rows[0].length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, logits, row * rows[row].length, rows[row].length);
        }
        return logits;
    }

    private static int[] greedy(Decoder decoder, Sequence sequence, int first) {
        Sampler sampler = new Sampler(SamplerConfig.greedy());
        int[] ids = new int[STEPS];
        ids[0] = first;
        for (int i = 1; i < STEPS; i++) {
            ids[i] = sampler.next(decoder.append(sequence, ids[i - 1]));
        }
        return ids;
    }

    /** The indexer's keys are not rounded, so hardly another key is chosen where latents are. */
    @ParameterizedTest(name = "{0} {1}, {2}")
    @MethodSource("cases")
    void agreesWithTheReference(Target target, String name, GoldenRound round, GoldenModel golden) {
        Expected expected = expected(golden);
        try (Decoder decoder = Decoder.load(golden.directory(), target, round.options());
                Sequence sequence = decoder.open()) {
            float[] logits = score(decoder, sequence, golden.inputIds());
            if (round.cache() != CacheType.F32) {
                assertEquals(1, cosine(logits, expected.logits()), 0.01, name);
                return;
            }
            Comparer.assertClose(name, Comparer.widen(logits), expected.logits(), golden.tolerance());
            assertArrayEquals(expected.ids(), greedy(decoder, sequence, expected.ids()[0]));
        }
    }

    private static double cosine(float[] found, double... expected) {
        double product = 0;
        double lefts = 0;
        double rights = 0;
        for (int i = 0; i < found.length; i++) {
            product += found[i] * expected[i];
            lefts += (double) found[i] * found[i];
            rights += expected[i] * expected[i];
        }
        return product / Math.sqrt(lefts * rights);
    }

    static Stream<GoldenModel> models() {
        return Goldens.sparse();
    }

    /** The last of the models: the engine that groups run on here takes half a minute for each. */
    static Stream<GoldenModel> lastModel() {
        return models().skip(models().count() - 1);
    }

    /** A device that calls itself a GPU, so that the kernels for many cores are chosen. */
    @ParameterizedTest
    @MethodSource("lastModel")
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "the device belongs to the bundled runtime")
    void manyCoresAgreeWithTheReference(GoldenModel golden) {
        Expected expected = expected(golden);
        try (FaultyDevice device = new FaultyDevice(TornadoDeviceType.GPU);
                Decoder decoder = Decoder.load(golden.directory(), device.target().withoutSelfTest(), options(8));
                Sequence sequence = decoder.open()) {
            assertTrue(decoder.listing().contains("GroupIndexChoice.tokens"), decoder.listing());
            Comparer.assertClose(golden.name(), Comparer.widen(score(decoder, sequence, golden.inputIds())),
                    expected.logits(), golden.tolerance());
            assertArrayEquals(expected.ids(), greedy(decoder, sequence, expected.ids()[0]));
        }
    }

    /** Forks, truncation and snapshots take the indexer's keys along. */
    @Test
    void theIndexersKeysArePartOfTheCache(@TempDir Path folder) {
        GoldenModel golden = Goldens.sparse().findFirst().orElseThrow();
        int[] ids = golden.inputIds();
        int[] front = Arrays.copyOf(ids, 21);
        int[] rest = Arrays.copyOfRange(ids, 21, ids.length);
        for (CacheType type : CacheType.values()) {
            DecoderOptions options = options(16).withCacheType(type);
            try (Decoder decoder = Decoder.load(golden.directory(), TestTargets.list().getFirst(), options);
                    Decoder other = Decoder.load(golden.directory(), TestTargets.list().getFirst(),
                            options(5).withCacheType(type));
                    Sequence sequence = decoder.open()) {
                float[] expected = decoder.append(sequence, ids);
                try (Sequence whole = decoder.open()) {
                    decoder.append(whole, front);
                    decoder.snapshot(whole, folder.resolve("snapshot"));
                    Sequence fork = whole.fork();
                    decoder.append(whole, 5, 6, 7);
                    whole.truncate(front.length);
                    assertArrayEquals(decoder.append(whole, rest), decoder.append(fork, rest));
                    Comparer.assertClose("fork", decoder.score(fork, 3)[0], decoder.score(whole, 3)[0], 0);
                    fork.close();
                }
                try (Sequence restored = other.restore(folder.resolve("snapshot"))) {
                    Comparer.assertClose("restored", other.append(restored, rest), expected,
                            type == CacheType.F32 ? golden.tolerance() : type == CacheType.BF16 ? 1e-3 : 1e-2);
                }
            }
        }
    }
}
