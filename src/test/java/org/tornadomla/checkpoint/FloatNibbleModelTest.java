package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.Weight;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Float8E4M3;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.WeightFormats;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Models in NVFP4, as two tools write them. */
class FloatNibbleModelTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final float[] VALUES = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    private static final int GROUP = 16;

    @TempDir
    private Path folder;

    private final RawTensors small = new RawTensors();
    private final RawTensors large = new RawTensors();

    static Stream<Arguments> targets() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(FloatNibbleLayout.values()).map(layout -> Arguments.of(target, layout)));
    }

    /** The same numbers from 4 bits and from 32: logits differ by the order of sums. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targets")
    void aModelComputesWithItsNumbers(Target target, FloatNibbleLayout layout) throws IOException {
        Path packed = Files.createDirectory(folder.resolve("packed"));
        Path wide = Files.createDirectory(folder.resolve("wide"));
        copyTiny(packed, wide, layout);
        int[] ids = {0, 17, 400, 33, 900, 12, 5, 77, 1200, 3};
        float[][] logits = new float[2][];
        for (Path model : List.of(packed, wide)) {
            DecoderOptions options = DecoderOptions.defaults()
                    .withWeightType(model.equals(wide) ? WeightFormats.F32 : null);
            try (Decoder decoder = Decoder.load(model, target, options); Sequence sequence = decoder.open()) {
                assertEquals(model.equals(packed), decoder.weightType().formats().contains(WeightFormats.NVFP4));
                logits[model.equals(wide) ? 1 : 0] = decoder.append(sequence, ids);
            }
        }
        Comparer.assertClose("logits", logits[0], logits[1], 1e-5);
    }

    /** Scales of activations and of a cache in 8 bits are not read, and named. */
    @ParameterizedTest
    @EnumSource
    void scalesOfActivationsAreSkipped(FloatNibbleLayout layout) throws IOException {
        Path packed = Files.createDirectory(folder.resolve("packed"));
        copyTiny(packed, Files.createDirectory(folder.resolve("wide")), layout);
        try (Checkpoint checkpoint = Checkpoint.open(packed)) {
            List<String> skipped = checkpoint.validate(ModelConfigReader.read(packed.resolve("config.json")));
            long scales = checkpoint.names().stream().filter(name -> name.endsWith("weight_scale")).count();
            assertEquals(scales, skipped.size());
            String ending = layout == FloatNibbleLayout.MODELOPT ? ".input_scale" : ".input_global_scale";
            assertTrue(scales > 10 && skipped.stream().allMatch(name -> name.endsWith(ending)), skipped.toString());
        }
    }

    /** Projections, experts and head of the shipped model, rounded to 4 bits; the others stay as they are. */
    private void copyTiny(Path packed, Path wide, FloatNibbleLayout layout) throws IOException {
        ModelConfig model = ModelConfigReader.read(TINY.resolve("config.json"));
        try (Checkpoint source = Checkpoint.open(TINY)) {
            for (Weight weight : model.weights().values()) {
                float[] numbers = source.read(weight.name());
                if (weight.name().endsWith("_proj.weight") || weight.name().equals("lm_head.weight")) {
                    round(weight, numbers, layout);
                } else {
                    small.floats(weight.name(), weight.shape(), numbers);
                }
                large.floats(weight.name(), weight.shape(), numbers);
            }
        }
        small.write(packed.resolve("model.safetensors"));
        large.write(wide.resolve("model.safetensors"));
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode) json.readTree(TINY.resolve("config.json").toFile());
        json.writeValue(wide.resolve("config.json").toFile(), config);
        ObjectNode told = config.putObject("quantization_config");
        if (layout == FloatNibbleLayout.MODELOPT) {
            told.put("quant_method", "modelopt").put("quant_algo", "NVFP4").putArray("ignore").add("lm_head");
        } else {
            told.put("quant_method", "compressed-tensors").put("format", "nvfp4-pack-quantized")
                    .putObject("config_groups").putObject("group_0").putObject("weights").put("num_bits", 4)
                    .put("type", "float").put("strategy", "tensor_group").put("group_size", GROUP);
        }
        json.writeValue(packed.resolve("config.json").toFile(), config);
    }

    /** The largest number of a matrix becomes 6 x 448, as both tools have it; numbers become what they are kept as. */
    private void round(Weight weight, float[] numbers, FloatNibbleLayout layout) {
        float largest = largest(numbers, 0, numbers.length);
        boolean divides = layout == FloatNibbleLayout.COMPRESSED;
        float whole = divides ? 6 * 448 / largest : largest / (6 * 448);
        byte[] values = new byte[numbers.length / 2];
        byte[] scales = new byte[numbers.length / GROUP];
        for (int group = 0; group < scales.length; group++) {
            float own = largest(numbers, group * GROUP, GROUP) / 6;
            scales[group] = Float8E4M3.fromFloat(divides ? own * whole : own / whole);
            float stored = Float8E4M3.toFloat(scales[group]);
            float scale = divides ? stored / whole : stored * whole;
            for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
                int code = scale == 0 ? 0 : nearest(Math.abs(numbers[i] / scale));
                values[i / 2] |= (byte) ((numbers[i] < 0 ? code | 8 : code) << i % 2 * 4);
                numbers[i] = numbers[i] < 0 ? -scale * VALUES[code] : scale * VALUES[code];
            }
        }
        String base = weight.name().substring(0, weight.name().length() - "weight".length());
        long rows = weight.shape().getFirst();
        long columns = weight.shape().getLast();
        small.add(base + layout.packed(), Dtype.U8, List.of(rows, columns / 2), values);
        small.add(base + "weight_scale", Dtype.F8_E4M3, List.of(rows, columns / GROUP), scales);
        small.floats(base + layout.whole(), List.of(), whole);
        small.floats(base + (divides ? "input_global_scale" : "input_scale"), List.of(), 1);
    }

    private static float largest(float[] numbers, int from, int count) {
        float largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Math.abs(numbers[i]));
        }
        return largest;
    }

    private static int nearest(float magnitude) {
        int best = 0;
        for (int code = 1; code < VALUES.length; code++) {
            best = Math.abs(VALUES[code] - magnitude) < Math.abs(VALUES[best] - magnitude) ? code : best;
        }
        return best;
    }
}
