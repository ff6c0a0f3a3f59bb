package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
