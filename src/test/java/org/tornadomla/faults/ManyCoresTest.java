package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
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
import org.tornadomla.decoder.Sequence;
import org.tornadomla.faults.Fault.Kind;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.graph.Variants;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.selftest.Verdict;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;
import org.tornadomla.weights.WeightFormats;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * A device that calls itself a GPU: it is given the kernels of groups, whole models are right on them, and one that
 * fails gives way.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class ManyCoresTest {

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
        assertEquals(new Variants(64, 64), Variants.preferred(device.target()));
        DecoderOptions options = DecoderOptions.defaults().withChunkTokens(7).withBatch(16).withCacheTokens(256)
                .withPageTokens(4).withMode(AttentionMode.ABSORBED);
        try (Decoder decoder = Decoder.load(golden.directory(), device.target().withoutSelfTest(), options);
                Sequence sequence = decoder.open()) {
            float[][] rows = decoder.score(sequence, golden.inputIds());
            float[] logits = new float[golden.logits().values().length];
            for (int row = 0; row < rows.length; row++) {
                System.arraycopy(rows[row], 0, logits, row * rows[row].length, rows[row].length);
            }
            assertTrue(decoder.listing().contains("GroupAttention.split"), decoder.listing());
            Comparer.assertClose(golden.name(), logits, golden.logits().values(), golden.tolerance());
        }
    }

    /** The kernels of groups have 32-bit weights only. */
    @Test
    void bfloat16IsHeldInThirtyTwoBits(@TempDir Path directory) {
        CheckpointFiles.copy(Goldens.folder("models").resolve("v3-sigmoid-bias"), directory, Dtype.BF16, 1);
        try (Decoder decoder = Decoder.load(directory, device.target().withoutSelfTest(),
                DecoderOptions.defaults().withCacheTokens(64))) {
            assertEquals(WeightFormats.F32, decoder.weightType());
        }
    }

    @Test
    void kernelThatFailsGivesWayToAnother() {
        device.arm(Fault.in(Kind.WRONG_VALUE, "GroupMatMul.rows"));
        Verdict verdict = SelfTest.run(device.target());
        assertTrue(verdict.passed(), verdict.finding());
        assertEquals(new Variants(0, 64), verdict.variants());
        assertTrue(verdict.finding().contains("without GroupMatMul.rows"), verdict.finding());
        assertTrue(verdict.variants().reasons(device.target()).contains("failed the self-test"));
    }
}
