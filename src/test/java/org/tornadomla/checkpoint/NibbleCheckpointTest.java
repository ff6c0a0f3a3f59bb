package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.blocks.BlockEncoder;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.Weight;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.BlockMatrix;
import org.tornadomla.tensor.BlockRow;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.WeightFormats;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Matrices of 4-bit whole numbers in groups, as three tools write them, against what those tools' texts say. */
class NibbleCheckpointTest {

    private static final int ROWS = 24;
    private static final int COLUMNS = 256;
    private static final String BASE = "model.layers.0.self_attn.o_proj.";
    private static final String NAME = BASE + "weight";

    @TempDir
    private Path folder;

    /** Numbers, zero points and scales of a matrix, all of them random. */
    private static final class Numbers {

        final int group;
        final int[][] values = new int[ROWS][COLUMNS];
        final int[][] zeros;
        final float[][] scales;

        Numbers(int group, boolean halves) {
            this.group = group;
            this.zeros = new int[ROWS][COLUMNS / group];
            this.scales = new float[ROWS][COLUMNS / group];
            SplittableRandom random = new SplittableRandom(group);
            for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < COLUMNS; i++) {
                    values[row][i] = random.nextInt(16);
                }
                for (int g = 0; g < COLUMNS / group; g++) {
                    zeros[row][g] = 1 + random.nextInt(15);
                    float scale = (float) random.nextDouble(1e-3, 1);
                    scales[row][g] = halves
                            ? Float.float16ToFloat(Float.floatToFloat16(scale))
                            : Bfloat16.toFloat(Bfloat16.fromFloat(scale));
                }
            }
        }

        int groups() {
            return COLUMNS / group;
        }

        float number(int row, int column, boolean hasZeros) {
            return scales[row][column / group] * (values[row][column] - (hasZeros ? zeros[row][column / group] : 8));
        }

        /** [rows, groups] or [groups, rows]. */
        short[] scales(boolean halves, boolean turned) {
            short[] bits = new short[ROWS * groups()];
            for (int row = 0; row < ROWS; row++) {
                for (int g = 0; g < groups(); g++) {
                    bits[turned ? g * ROWS + row : row * groups() + g] = halves
                            ? Float.floatToFloat16(scales[row][g])
                            : Bfloat16.fromFloat(scales[row][g]);
                }
            }
            return bits;
        }
    }

    /** Eight numbers in an int, the first in the lowest bits of {@code order}. */
    private static int word(int[] order, IntUnaryOperator number) {
        int word = 0;
        for (int i = 0; i < 8; i++) {
            word |= number.applyAsInt(order[i]) << 4 * i;
        }
        return word;
    }

    private static final int[] PLAIN = IntStream.range(0, 8).toArray();
    /** AutoAWQ's order of the numbers of an int. */
    private static final int[] AWQ = {0, 2, 4, 6, 1, 3, 5, 7};

    private static RawTensors compressed(Numbers n, boolean hasZeros) {
        RawTensors tensors = new RawTensors();
        tensors.integers(BASE + "weight_packed", List.of((long) ROWS, COLUMNS / 8L),
                IntStream.range(0, ROWS * COLUMNS / 8)
                        .map(at -> word(PLAIN, i -> n.values[at / (COLUMNS / 8)][at % (COLUMNS / 8) * 8 + i]))
                        .toArray());
        tensors.shorts(BASE + "weight_scale", Dtype.BF16, List.of((long) ROWS, (long) n.groups()),
                n.scales(false, false));
        if (hasZeros) {
            tensors.integers(BASE + "weight_zero_point", List.of(ROWS / 8L, (long) n.groups()),
                    IntStream.range(0, ROWS / 8 * n.groups())
                            .map(at -> word(PLAIN, i -> n.zeros[at / n.groups() * 8 + i][at % n.groups()])).toArray());
        }
        return tensors.integers(BASE + "weight_shape", List.of(2L), ROWS, COLUMNS);
    }

    private static RawTensors awq(Numbers n) {
        return new RawTensors()
                .integers(BASE + "qweight", List.of((long) COLUMNS, ROWS / 8L), IntStream.range(0, COLUMNS * ROWS / 8)
                        .map(at -> word(AWQ, i -> n.values[at % (ROWS / 8) * 8 + i][at / (ROWS / 8)])).toArray())
                .integers(BASE + "qzeros", List.of((long) n.groups(), ROWS / 8L),
                        IntStream.range(0, n.groups() * ROWS / 8)
                                .map(at -> word(AWQ, i -> n.zeros[at % (ROWS / 8) * 8 + i][at / (ROWS / 8)])).toArray())
                .shorts(BASE + "scales", Dtype.F16, List.of((long) n.groups(), (long) ROWS), n.scales(true, true));
    }

    private static RawTensors gptq(Numbers n) {
        return new RawTensors()
                .integers(BASE + "qweight", List.of(COLUMNS / 8L, (long) ROWS),
                        IntStream.range(0, COLUMNS / 8 * ROWS)
                                .map(at -> word(PLAIN, i -> n.values[at % ROWS][at / ROWS * 8 + i])).toArray())
                .integers(BASE + "qzeros", List.of((long) n.groups(), ROWS / 8L),
                        IntStream.range(0, n.groups() * ROWS / 8)
                                .map(at -> word(PLAIN, i -> n.zeros[at % (ROWS / 8) * 8 + i][at / (ROWS / 8)] - 1))
                                .toArray())
                .shorts(BASE + "scales", Dtype.F16, List.of((long) n.groups(), (long) ROWS), n.scales(true, true))
                .integers(BASE + "g_idx", List.of((long) COLUMNS),
                        IntStream.range(0, COLUMNS).map(i -> i / n.group).toArray());
    }

    static Stream<Arguments> files() {
        Numbers thirties = new Numbers(32, false);
        Numbers wide = new Numbers(128, false);
        Numbers halves = new Numbers(128, true);
        return Stream.of(Arguments.of("INT4_32", thirties, false, compressed(thirties, false)),
                Arguments.of("INT4_128", wide, false, compressed(wide, false)),
                Arguments.of("UINT4_128", wide, true, compressed(wide, true)),
                Arguments.of("UINT4_128", halves, true, awq(halves)),
                Arguments.of("UINT4_128", halves, true, gptq(halves)));
    }

    /** Read at random places, by two readers, as numbers and as blocks. */
    @ParameterizedTest(name = "{index}: {0}")
    @MethodSource("files")
    void numbersAreThoseThatTheToolMeant(String format, Numbers numbers, boolean hasZeros, RawTensors tensors) {
        tensors.write(folder.resolve("model.safetensors"));
        IntegerBlock block = BlockFormats.integers(format).orElseThrow();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(format, checkpoint.storedAs(NAME));
            assertTrue(checkpoint.storedBytes(NAME) < ROWS * COLUMNS);
            Matrix matrix = checkpoint.matrix(NAME);
            Matrix other = matrix.reader();
            float[] row = new float[COLUMNS];
            float[] again = new float[COLUMNS];
            float[] decoded = new float[COLUMNS];
            for (int number : new int[]{3, 17, 4, 23, 0, 9}) {
                matrix.read(number, row);
                other.read(ROWS - 1 - number, again);
                other.read(number, again);
                BlockRow blocks = BlockMatrix.blocks(matrix, number, format);
                assertTrue(blocks.finite());
                block.decode(blocks.bytes(), 0, numbers.groups(), decoded, 0);
                for (int i = 0; i < COLUMNS; i++) {
                    assertEquals(numbers.number(number, i, hasZeros), row[i], "row " + number + ", " + i);
                    assertEquals(row[i], again[i]);
                    assertEquals(row[i], decoded[i]);
                }
            }
        }
    }

    private CheckpointException refused(RawTensors tensors) {
        tensors.write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return assertThrows(CheckpointException.class, () -> checkpoint.matrix(NAME));
        }
    }

    @Test
    void groupsThatAreNotReadAreRefusedByName() {
        Numbers numbers = new Numbers(64, false);
        String message = refused(compressed(numbers, false)).getMessage();
        assertTrue(message.contains(NAME) && message.contains("4 groups a row, expected groups of 32 or 128"), message);
        Numbers shuffled = new Numbers(128, true);
        int[] groups = IntStream.range(0, COLUMNS).map(i -> i % 2).toArray();
        message = refused(gptq(shuffled).integers(BASE + "g_idx", List.of((long) COLUMNS), groups)).getMessage();
        assertTrue(message.contains("input 1 into group 1") && message.contains("desc_act"), message);
        message = refused(new RawTensors().integers(BASE + "weight_packed", List.of(8L, 4L), new int[32])).getMessage();
        assertTrue(message.contains("without " + BASE + "weight_scale"), message);
        RawTensors scales = new RawTensors().integers(BASE + "weight_packed", List.of(8L, 16L), new int[128])
                .shorts(BASE + "weight_scale", Dtype.BF16, List.of(7L, 1L), new short[7]);
        message = refused(scales).getMessage();
        assertTrue(message.contains("of shape [7, 1], expected floating numbers of shape [8, 1]"), message);
        message = refused(compressed(new Numbers(32, false), false).integers(BASE + "weight_shape", List.of(2L), ROWS,
                COLUMNS - 1)).getMessage();
        assertTrue(message.contains("does not say 24 x 256"), message);
    }

    /** A scale that is no number makes its row one that is refused by the weight's name. */
    @Test
    void aScaleThatIsNoNumberIsSeen() {
        short[] scales = new short[8];
        Arrays.fill(scales, (short) 0x7FC0);
        new RawTensors().integers(BASE + "weight_packed", List.of(8L, 16L), new int[128])
                .shorts(BASE + "weight_scale", Dtype.BF16, List.of(8L, 1L), scales)
                .write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(false, BlockMatrix.blocks(checkpoint.matrix(NAME), 0, "INT4_128").finite());
        }
    }

    /** The same numbers from 4 bits and from 32: logits differ by the order of sums. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void aModelInFourBitsComputesWithItsNumbers(Target target) throws IOException {
        Path packed = Files.createDirectory(folder.resolve("packed"));
        Path wide = Files.createDirectory(folder.resolve("wide"));
        copyTiny(packed, wide);
        int[] ids = {0, 17, 400, 33, 900, 12, 5, 77, 1200, 3};
        float[][] logits = new float[2][];
        for (Path model : List.of(packed, wide)) {
            DecoderOptions options = DecoderOptions.defaults()
                    .withWeightType(model.equals(wide) ? WeightFormats.F32 : null);
            try (Decoder decoder = Decoder.load(model, target, options); Sequence sequence = decoder.open()) {
                assertEquals(model.equals(packed), decoder.weightType().formats().contains(WeightFormats.INT4_32));
                logits[model.equals(wide) ? 1 : 0] = decoder.append(sequence, ids);
            }
        }
        Comparer.assertClose("logits", logits[0], logits[1], 1e-5);
    }

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    /** Projections and experts of the shipped model, rounded to 4 bits; the others stay as they are. */
    private static void copyTiny(Path packed, Path wide) throws IOException {
        Path tiny = Path.of("models", "tiny-kjv");
        BlockEncoder format = BlockFormats.encoder("INT4_32").orElseThrow();
        ModelConfig model = ModelConfigReader.read(tiny.resolve("config.json"));
        RawTensors small = new RawTensors();
        RawTensors large = new RawTensors();
        try (Checkpoint source = Checkpoint.open(tiny)) {
            for (Weight weight : model.weights().values()) {
                float[] numbers = source.read(weight.name());
                List<Long> shape = weight.shape();
                boolean quantised = weight.name().endsWith("_proj.weight");
                if (quantised) {
                    int blocks = numbers.length / 32;
                    byte[] bytes = new byte[blocks * format.blockBytes()];
                    format.encode(numbers, 0, blocks, bytes, 0);
                    format.decode(bytes, 0, blocks, numbers, 0);
                    putPacked(small, weight, bytes, format.blockBytes());
                } else {
                    small.floats(weight.name(), shape, numbers);
                }
                large.floats(weight.name(), shape, numbers);
            }
        }
        small.write(packed.resolve("model.safetensors"));
        large.write(wide.resolve("model.safetensors"));
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode) json.readTree(tiny.resolve("config.json").toFile());
        json.writeValue(wide.resolve("config.json").toFile(), config);
        config.putObject("quantization_config").put("quant_method", "compressed-tensors")
                .put("format", "pack-quantized").putObject("config_groups").putObject("group_0").putObject("weights")
                .put("num_bits", 4).put("type", "int").put("strategy", "group").put("group_size", 32)
                .put("symmetric", true);
        json.writeValue(packed.resolve("config.json").toFile(), config);
    }

    private static void putPacked(RawTensors tensors, Weight weight, byte[] blocks, int blockBytes) {
        long rows = weight.shape().getFirst();
        long columns = weight.shape().getLast();
        ByteBuffer source = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
        byte[] numbers = new byte[blocks.length / blockBytes * 16];
        short[] scales = new short[blocks.length / blockBytes];
        for (int block = 0; block < scales.length; block++) {
            scales[block] = Bfloat16.fromFloat(source.getFloat(block * blockBytes));
            source.get(block * blockBytes + Float.BYTES, numbers, block * 16, 16);
        }
        tensors.add(weight.name() + "_packed", Dtype.I32, List.of(rows, columns / 8), numbers);
        tensors.shorts(weight.name() + "_scale", Dtype.BF16, List.of(rows, columns / 32), scales);
        tensors.integers(weight.name() + "_shape", List.of(2L), (int) rows, (int) columns);
    }
}
