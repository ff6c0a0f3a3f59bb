package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.Sampler;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.faults.Fault.Kind;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.layers.ManyCores;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.selftest.Verdict;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;
import org.tornadomla.weights.WeightFormats;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * A device that calls itself a GPU: it is given the family of work-groups, and whole models are right on it.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class ManyCoresTest {

    private static final int TOKENS = 4;
    /** The device copies every buffer of a launch, so they are small. */
    private static final DecoderOptions SMALL = DecoderOptions.defaults().withCacheTokens(64).withPageTokens(4)
            .withChunkTokens(7);

    private final FaultyDevice device = new FaultyDevice(TornadoDeviceType.GPU);

    @AfterEach
    void removeDevice() {
        device.close();
    }

    static Stream<GoldenModel> models() {
        return Goldens.models();
    }

    @ParameterizedTest
    @MethodSource("models")
    void modelsAgreeWithTransformers(GoldenModel golden) {
        assertInstanceOf(ManyCores.class, SelfTest.family(device.target()));
        DecoderOptions options = DecoderOptions.defaults().withChunkTokens(7).withBatch(16).withCacheTokens(256)
                .withPageTokens(4).withMode(AttentionMode.ABSORBED);
        try (Decoder decoder = Decoder.load(golden.directory(), device.target().withoutSelfTest(), options);
                Sequence sequence = decoder.open()) {
            float[][] rows = decoder.score(sequence, golden.inputIds());
            float[] logits = new float[golden.logits().values().length];
            for (int row = 0; row < rows.length; row++) {
                System.arraycopy(rows[row], 0, logits, row * rows[row].length, rows[row].length);
            }
            assertTrue(decoder.listing().contains("GroupLatentAttention.split"), decoder.listing());
            Comparer.assertClose(golden.name(), logits, golden.logits().values(), golden.tolerance());
        }
    }

    /** Texts are those that a sampler chooses from all logits; of these only the candidates come to the host. */
    @Test
    void bestTokensAreFoundOnTheDevice() {
        GoldenModel golden = Goldens.models().findFirst().orElseThrow();
        SamplerConfig top = SamplerConfig.builder().temperature(0.9).topK(7).topP(0.9).seed(3).build();
        try (Decoder decoder = Decoder.load(golden.directory(), device.target().withoutSelfTest(), SMALL)) {
            for (SamplerConfig config : List.of(SamplerConfig.greedy(), top)) {
                List<Integer> expected = fromAllLogits(decoder, prompt(golden), config);
                device.takeDownloadedBytes();
                assertEquals(expected, text(decoder, prompt(golden), config));
                // A count, and a pair for each candidate; one more than a sampler keeps unless it is greedy.
                int candidates = config.isGreedy() ? 1 : config.topK() + 1;
                assertEquals(TOKENS * Float.BYTES * (1L + 2 * candidates), device.takeDownloadedBytes());
            }
        }
    }

    /** A record that does not count every logit as finite is no use; then all of them come. */
    @Test
    void wholeRowsComeWhereCandidatesDoNotDo() {
        GoldenModel golden = Goldens.models().findFirst().orElseThrow();
        try (Decoder decoder = Decoder.load(golden.directory(), device.target().withoutSelfTest(), SMALL)) {
            device.arm(Fault.in(Kind.WRITES_NOTHING, "GroupBest.largest"));
            List<Integer> text = text(decoder, prompt(golden), SamplerConfig.greedy());
            assertTrue(device.happened());
            assertEquals(fromAllLogits(decoder, prompt(golden), SamplerConfig.greedy()), text);
        }
    }

    private static int[] prompt(GoldenModel golden) {
        return Arrays.copyOf(golden.inputIds(), 3);
    }

    private static List<Integer> fromAllLogits(Decoder decoder, int[] prompt, SamplerConfig config) {
        List<Integer> ids = new ArrayList<>();
        Sampler sampler = new Sampler(config);
        try (Sequence sequence = decoder.open()) {
            int next = sampler.next(decoder.append(sequence, prompt));
            ids.add(next);
            while (ids.size() < TOKENS) {
                next = sampler.next(decoder.append(sequence, next));
                ids.add(next);
            }
        }
        return ids;
    }

    private static List<Integer> text(Decoder decoder, int[] prompt, SamplerConfig config) {
        Generator generator = new Generator(decoder, null);
        return Arrays.stream(generator
                .run(generator.prepare(GenerationRequest.builder(prompt).maxTokens(TOKENS).sampling(config).build(),
                        (id, piece) -> {}))
                .ids()).boxed().toList();
    }

    /** Kernels of groups have every number format, so a GPU holds a checkpoint as it is stored. */
    @Test
    void bfloat16IsHeldAsItIsStored(@TempDir Path directory) {
        CheckpointFiles.copy(Goldens.folder("models").resolve("v3-sigmoid-bias"), directory, Dtype.BF16, 1);
        try (Decoder decoder = Decoder.load(directory, device.target().withoutSelfTest(),
                DecoderOptions.defaults().withCacheTokens(64))) {
            assertEquals(WeightFormats.BF16, decoder.weightType());
        }
    }

    /** A family is whole: where one of its kernels is wrong the device is refused. */
    @Test
    void kernelThatFailsRefusesTheDevice() {
        device.arm(Fault.in(Kind.WRONG_VALUE, "GroupProduct.rows"));
        Verdict verdict = SelfTest.run(device.target());
        assertFalse(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains("GroupProduct.rows"), verdict.finding());
    }
}
