package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.MatrixShape;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.WeightFormats;

/**
 * Logits of weights in fewer bits are those of the float64 reference with the same rounded weights: what a format loses
 * is lost when weights are rounded, and nothing is lost behind that. W_UK and W_UV have 8 bits in the kernels for few
 * cores where a format has scales, and the format's own in those for many, so texts of the two differ.
 */
class HeldWeightsTest {

    private static final Path DIRECTORY = Path.of("models", "tiny-kjv");
    /** The first prompt of expected.json. */
    private static final int[] IDS = {41, 351, 260, 572, 270, 260, 342, 13};
    /** Of the largest logit: the order of sums. */
    private static final double TOLERANCE = 1e-5;

    static Stream<Arguments> cases() {
        return TestTargets.all()
                .flatMap(target -> Stream
                        .of(WeightFormats.BF16, WeightFormats.INT8, WeightFormats.Q8_0, WeightFormats.Q4_0,
                                WeightFormats.NVFP4, WeightFormats.FP8)
                        .flatMap(format -> Stream.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)
                                .map(mode -> Arguments.of(target, format, mode))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void logitsAreThoseOfTheRoundedWeights(Target target, NumberFormat format, AttentionMode mode) throws IOException {
        ModelConfig config = ModelConfigReader.read(DIRECTORY.resolve("config.json"));
        double[] expected;
        try (Checkpoint checkpoint = Checkpoint.open(DIRECTORY)) {
            expected = new DecoderReference(config, held(checkpoint, format, target.manyCores()),
                    AttentionReference.Form.EXPANDED).logits(IDS);
        }
        DecoderOptions options = DecoderOptions.defaults().withWeightType(format).withMode(mode).withBatch(IDS.length);
        try (Decoder decoder = Decoder.load(DIRECTORY, target, options); Sequence sequence = decoder.open()) {
            double[] found = Stream.of(decoder.score(sequence, IDS))
                    .flatMapToDouble(row -> Arrays.stream(Comparer.widen(row))).toArray();
            double error = Comparer.compare(found, expected).relative();
            assertTrue(error <= TOLERANCE, error + " of the largest logit, allowed " + TOLERANCE);
        }
    }

    /** The checkpoint's weights as a device holds them. */
    private static Function<String, float[]> held(Checkpoint checkpoint, NumberFormat format, boolean manyCores) {
        Map<String, float[]> all = new HashMap<>();
        return name -> all.computeIfAbsent(name, any -> {
            boolean product = name.contains("_proj") || name.endsWith("lm_head.weight");
            boolean expansion = name.endsWith("kv_b_proj.weight");
            NumberFormat used = expansion && !manyCores && format != WeightFormats.BF16 ? WeightFormats.INT8 : format;
            return product ? rounded(checkpoint.matrix(name), used) : checkpoint.read(name);
        });
    }

    private static float[] rounded(Matrix matrix, NumberFormat format) {
        PackedMatrix packed = format.inRows().allocate("rounded",
                MatrixShape.product(1, matrix.rows(), matrix.columns()));
        packed.put(0, matrix, row -> row);
        float[] values = new float[matrix.rows() * matrix.columns()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) packed.number(0, i / matrix.columns(), i % matrix.columns());
        }
        return values;
    }
}
