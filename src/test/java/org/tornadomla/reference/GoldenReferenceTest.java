package org.tornadomla.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.golden.GoldenCase;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;

/** The reference, in both forms, against values that other implementations computed. */
class GoldenReferenceTest {

    /** Rows of the sparse goldens before the first tie. */
    private static final int WITHOUT_TIES = 13;

    private static final int LAYER_CASES = 16;
    /** The expected rows are stored in single precision: half a unit of 24 bits. */
    private static final double SINGLE_PRECISION = 6e-8;

    @Test
    void allCasesAreThere() {
        assertEquals(LAYER_CASES, Goldens.layers().count());
        assertEquals(3, Goldens.models().count());
    }

    @ParameterizedTest
    @MethodSource("org.tornadomla.testing.Goldens#layers")
    void layersAgree(GoldenCase golden) {
        for (AttentionReference.Form form : AttentionReference.Form.values()) {
            float[] y = run(golden, form);
            double error = golden.expected().relativeError(y);
            assertTrue(error <= golden.expected().tolerance(),
                    golden.name() + " " + form + ": relative error " + error);
        }
    }

    private static float[] run(GoldenCase golden, AttentionReference.Form form) {
        GoldenCase.Inputs inputs = golden.inputs();
        AttentionReference reference = new AttentionReference(golden.config(),
                MlaReferenceWeights.of(golden.config(), name -> golden.weights().get(name).values()));
        int batch = inputs.x().size(0);
        double[][] outputs = new double[batch][];
        for (int sequence = 0; sequence < batch; sequence++) {
            int[] positions = sequence(inputs.positions(), batch, sequence);
            int[] keyPositions = inputs.context().isEmpty()
                    ? positions
                    : sequence(inputs.contextPositions(), batch, sequence);
            double[] x = sequence(inputs.x(), sequence);
            LatentRows rows = reference.project(sequence(inputs.context().orElse(inputs.x()), sequence), keyPositions);
            compareCache(golden.expected(), rows, sequence);
            ScoreMask mask = inputs.causal() ? ScoreMask.causal(0) : ScoreMask.NONE;
            if (inputs.mask().isPresent()) {
                mask = mask(inputs.mask().get(), sequence);
            }
            outputs[sequence] = reference.attend(x, positions, rows, mask, form);
        }
        return Comparer.narrow(Arrays.stream(outputs).flatMapToDouble(Arrays::stream).toArray());
    }

    private static void compareCache(GoldenCase.Expected expected, LatentRows rows, int sequence) {
        expected.cacheKv().ifPresent(
                kv -> Comparer.assertClose("cache_kv", rows.latents(), sequence(kv, sequence), SINGLE_PRECISION));
        expected.cacheKr().ifPresent(
                kr -> Comparer.assertClose("cache_kr", rows.rotaryKeys(), sequence(kr, sequence), SINGLE_PRECISION));
    }

    private static ScoreMask mask(TensorData mask, int sequence) {
        double[] values = sequence(mask, mask.size(0) == 1 ? 0 : sequence);
        return ScoreMask.additive(Comparer.narrow(values), mask.size(1), mask.size(2), mask.size(3));
    }

    private static double[] sequence(TensorData data, int sequence) {
        int size = data.values().length / data.size(0);
        return Comparer.widen(Arrays.copyOfRange(data.values(), sequence * size, (sequence + 1) * size));
    }

    private static int[] sequence(int[] positions, int batch, int sequence) {
        int size = positions.length / batch;
        return Arrays.copyOfRange(positions, sequence * size, (sequence + 1) * size);
    }

    @ParameterizedTest
    @MethodSource({"org.tornadomla.testing.Goldens#models", "org.tornadomla.testing.Goldens#families"})
    void modelsAgree(GoldenModel golden) {
        try (Checkpoint checkpoint = Checkpoint.open(golden.directory())) {
            // Transformers saves half the weights of experts that have none.
            assertTrue(checkpoint.validate(golden.config()).stream().allMatch(name -> name.contains(".experts.")),
                    golden.name());
            Function<String, float[]> weights = weights(checkpoint);
            DecoderReference decoder = new DecoderReference(golden.config(), weights, AttentionReference.Form.EXPANDED);
            double[] logits = decoder.logits(golden.inputIds());
            Comparer.assertClose(golden.name(), logits, Comparer.widen(golden.logits().values()), golden.tolerance());
            int[] greedy = continueGreedily(decoder, logits, golden.config().vocabSize(), golden.continuation().length);
            assertArrayEquals(golden.continuation(), greedy, golden.name());
        }
    }

    /**
     * Keys that no head of an indexer finds have equal scores, 0, and with four heads they are not rare: which of them
     * are taken is up to PyTorch's selection, which {@link TorchChoice} repeats. Where keys do not tie, it is the same
     * with the first of equals.
     */
    @ParameterizedTest
    @MethodSource("org.tornadomla.testing.Goldens#sparse")
    void sparseModelsAgree(GoldenModel golden) {
        try (Checkpoint checkpoint = Checkpoint.open(golden.directory())) {
            assertEquals(0, checkpoint.validate(golden.config()).size());
            Function<String, float[]> weights = weights(checkpoint);
            for (AttentionReference.Form form : AttentionReference.Form.values()) {
                DecoderReference decoder = new DecoderReference(golden.config(), weights, form, new TorchChoice());
                double[] logits = decoder.logits(golden.inputIds());
                Comparer.assertClose(golden.name(), logits, Comparer.widen(golden.logits().values()),
                        golden.tolerance());
            }
            assertArrayEquals(golden.continuation(), continueFromTheStart(golden, weights), golden.name());
            double[] first = new DecoderReference(golden.config(), weights, AttentionReference.Form.EXPANDED)
                    .logits(golden.inputIds());
            int same = WITHOUT_TIES * golden.config().vocabSize();
            Comparer.assertClose(golden.name(), Arrays.copyOf(first, same),
                    Arrays.copyOf(Comparer.widen(golden.logits().values()), same), golden.tolerance());
        }
    }

    /** Each token from the whole text, as the case's were made: with other keys, PyTorch chooses others of equals. */
    private static int[] continueFromTheStart(GoldenModel golden, Function<String, float[]> weights) {
        int[] text = golden.inputIds();
        int vocabulary = golden.config().vocabSize();
        for (int i = 0; i < golden.continuation().length; i++) {
            double[] logits = new DecoderReference(golden.config(), weights, AttentionReference.Form.ABSORBED,
                    new TorchChoice()).logits(text);
            int best = 0;
            for (int id = 1; id < vocabulary; id++) {
                int at = logits.length - vocabulary;
                best = logits[at + id] > logits[at + best] ? id : best;
            }
            text = Arrays.copyOf(text, text.length + 1);
            text[text.length - 1] = best;
        }
        return Arrays.copyOfRange(text, golden.inputIds().length, text.length);
    }

    /** 64 tokens a prompt of the shipped model, one at a time from the cache, in either form. */
    @ParameterizedTest
    @EnumSource
    void theShippedModelContinuesAsTransformersDoes(AttentionReference.Form form) throws IOException {
        Path directory = Path.of("models", "tiny-kjv");
        ModelConfig config = ModelConfigReader.read(directory.resolve("config.json"));
        JsonNode expected = new ObjectMapper().readTree(directory.resolve("expected.json").toFile()).get("cases")
                .get(0);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            DecoderReference decoder = new DecoderReference(config, weights(checkpoint), form);
            int[] greedy = integers(expected.get("greedy_ids"));
            double[] logits = decoder.logits(integers(expected.get("prompt_ids")));
            assertArrayEquals(greedy, continueGreedily(decoder, logits, config.vocabSize(), greedy.length));
        }
    }

    private static Function<String, float[]> weights(Checkpoint checkpoint) {
        Map<String, float[]> read = new HashMap<>();
        return name -> read.computeIfAbsent(name, checkpoint::read);
    }

    private static int[] continueGreedily(DecoderReference decoder, double[] promptLogits, int vocabulary, int count) {
        int[] ids = new int[count];
        double[] logits = promptLogits;
        for (int i = 0; i < count; i++) {
            int last = logits.length - vocabulary;
            double[] row = Arrays.copyOfRange(logits, last, logits.length);
            ids[i] = IntStream.range(0, vocabulary).reduce((a, b) -> row[b] > row[a] ? b : a).orElseThrow();
            logits = decoder.logits(ids[i]);
        }
        return ids;
    }

    private static int[] integers(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
    }
}
