package org.tornadomla.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block format against its definition, and the written ones against the errors that they may have. */
class BlockFormatsTest {

    private static final int BLOCKS = 600;

    static Stream<BlockFormat> formats() {
        return BlockFormats.all().stream();
    }

    @Test
    void everyFormatHasADefinitionAndAName() {
        Set<String> names = new HashSet<>();
        formats().forEach(format -> {
            assertTrue(names.add(format.formatName()), format.formatName());
            assertEquals(format, BlockFormats.named(format.formatName()).orElseThrow());
        });
        assertEquals(Definitions.ALL.keySet(), names);
        assertTrue(BlockFormats.named("IQ2_XS").isEmpty());
    }

    /** Bytes of a block and numbers in it, those of GGUF as llama.cpp's table of types has them. */
    @ParameterizedTest
    @CsvSource({"F32,4,1", "F16,2,1", "BF16,2,1", "Q8_0,34,32", "Q4_0,18,32", "Q4_1,20,32", "Q5_0,22,32", "Q5_1,24,32",
        "Q2_K,84,256", "Q3_K,110,256", "Q4_K,144,256", "Q5_K,176,256", "Q6_K,210,256", "MXFP4,17,32", "INT4_32,20,32",
        "INT4_128,68,128", "UINT4_128,69,128", "FP8,132,128", "NVFP4,12,16"})
    void sizes(String name, int bytes, int numbers) {
        BlockFormat format = BlockFormats.named(name).orElseThrow();
        assertEquals(bytes, format.blockBytes());
        assertEquals(numbers, format.blockLength());
        assertEquals(3L * bytes, format.bytes(3L * numbers));
    }

    /** Any bytes are a block, so any bytes will do; patterns that are no numbers among them. */
    @ParameterizedTest
    @MethodSource("formats")
    void anyBytesAreDecodedAsDefined(BlockFormat format) {
        byte[] bytes = new byte[BLOCKS * format.blockBytes() + 3];
        new Random(7).nextBytes(bytes);
        float[] expected = new float[BLOCKS * format.blockLength()];
        Definitions.Definition definition = Definitions.ALL.get(format.formatName());
        for (int i = 0; i < expected.length; i++) {
            int start = 3 + i / format.blockLength() * format.blockBytes();
            expected[i] = definition.number(bytes, start, i % format.blockLength());
        }
        float[] decoded = new float[expected.length + 5];
        format.decode(bytes, 3, BLOCKS, decoded, 5);
        assertSame(expected, decoded, 5);
        float[] mapped = new float[expected.length];
        format.decode(MemorySegment.ofArray(bytes), 3, mapped, 0, mapped.length);
        assertSame(expected, mapped, 0);
    }

    static Stream<IntegerBlock> integers() {
        return formats().flatMap(format -> BlockFormats.integers(format.formatName()).stream());
    }

    /** Whole numbers, scales and least values make the same numbers, bit for bit. */
    @ParameterizedTest
    @MethodSource("integers")
    void integersTimesScalesAreTheNumbers(IntegerBlock format) {
        byte[] bytes = new byte[BLOCKS * format.blockBytes()];
        new Random(9).nextBytes(bytes);
        float[] expected = new float[BLOCKS * format.blockLength()];
        format.decode(bytes, 0, BLOCKS, expected, 0);
        int[] integers = new int[format.blockLength()];
        for (int i = 0; i < expected.length; i++) {
            int from = i / integers.length * format.blockBytes();
            format.integers(bytes, from, integers);
            int within = i % integers.length;
            int group = within / format.groupLength();
            float number = format.unit(bytes, from) * format.scale(bytes, from, group)
                    * format.number(integers[within]);
            if (format.hasLeast()) {
                number -= format.leastUnit(bytes, from) * format.least(bytes, from, group);
            }
            // A zero may have had a sign, which no whole number has.
            assertEquals(expected[i] + 0f, number + 0f, "number " + i);
        }
    }

    private static void assertSame(float[] expected, float[] decoded, int at) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(Float.floatToIntBits(expected[i]), Float.floatToIntBits(decoded[at + i]), "number " + i);
        }
    }

    @Test
    void partsOfBlocksAreRefused() {
        BlockFormat format = BlockFormats.named("Q4_K").orElseThrow();
        assertThrows(IllegalArgumentException.class, () -> format.bytes(255));
        assertThrows(IllegalArgumentException.class,
                () -> format.decode(MemorySegment.ofArray(new byte[144]), 0, new float[256], 0, 128));
        assertThrows(ArithmeticException.class, () -> BlockFormats.named("F32").orElseThrow().bytes(Long.MAX_VALUE));
    }

    /**
     * The error of a format on normally distributed numbers, as a fraction of their root mean square. The bounds lie 3
     * % above what llama.cpp's own reference functions leave on the same kind of numbers; see docs/gguf.md.
     */
    @ParameterizedTest
    @CsvSource({"Q8_0,0.00553", "Q4_0,0.0888", "Q4_1,0.0807", "Q5_0,0.0442", "Q5_1,0.0390", "Q4_K,0.0737",
        "Q5_K,0.0373", "Q6_K,0.0184", "Q3_K,0.17", "Q2_K,0.33", "MXFP4,0.13", "INT4_32,0.11", "INT4_128,0.15",
        "UINT4_128,0.12", "FP8,0.028", "NVFP4,0.0985"})
    void roundingIsAsGoodAsThatOfLlamaCpp(String name, double bound) {
        float[] numbers = normal(1 << 16, 11);
        float[] rounded = rounded(name, numbers);
        double error = 0;
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            error += Math.pow(rounded[i] - numbers[i], 2);
            sum += Math.pow(numbers[i], 2);
        }
        assertTrue(Math.sqrt(error / sum) <= bound, name + ": " + Math.sqrt(error / sum));
    }

    /** What a format can hold exactly stays as it is, however often it is written. */
    @ParameterizedTest
    @CsvSource({"F32", "F16", "BF16", "Q8_0", "Q4_0", "FP8"})
    void roundingTwiceIsRoundingOnce(String name) {
        float[] once = rounded(name, normal(1 << 12, 3));
        assertArrayEquals(once, rounded(name, once));
    }

    @ParameterizedTest
    @CsvSource({"Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K", "Q3_K", "INT4_32", "INT4_128",
        "UINT4_128", "FP8", "NVFP4"})
    void unusualBlocksStayFinite(String name) {
        float[] zeros = new float[512];
        assertArrayEquals(zeros, rounded(name, zeros), 0);
        for (float value : List.of(1f, -1f, 1e-30f, 60_000f)) {
            float[] constant = new float[512];
            Arrays.fill(constant, value);
            for (float number : rounded(name, constant)) {
                assertEquals(value, number, Math.abs(value) * 0.07 + 1e-7, name + " of " + value);
            }
        }
        float[] lone = new float[512];
        lone[300] = -3;
        assertEquals(-3, rounded(name, lone)[300], 0.05, name);
    }

    private static float[] rounded(String name, float[] numbers) {
        BlockEncoder format = BlockFormats.encoder(name).orElseThrow();
        int blocks = numbers.length / format.blockLength();
        byte[] bytes = new byte[blocks * format.blockBytes()];
        format.encode(numbers, 0, blocks, bytes, 0);
        float[] decoded = new float[numbers.length];
        format.decode(bytes, 0, blocks, decoded, 0);
        return decoded;
    }

    private static float[] normal(int count, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
