package org.tornadomla.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads stored numbers of any floating format as floats. */
public final class Codec {

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private Codec() {
    }

    /**
     * Reads numbers.
     *
     * @param dtype  format of the source
     * @param source little-endian numbers
     * @param from   byte of the source at which the first number starts
     * @param target Modified: takes the numbers
     * @param at     index of the first number in the target
     * @param count  how many
     * @throws IllegalArgumentException for a format that is not floating
     */
    public static void decode(Dtype dtype, MemorySegment source, long from, float[] target, int at, int count) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(source, FLOAT, from, target, at, count);
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = (float) source.get(DOUBLE, from + 8L * i);
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = Bfloat16.toFloat(source.get(SHORT, from + 2L * i));
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = Float.float16ToFloat(source.get(SHORT, from + 2L * i));
                }
            }
            case F8_E4M3 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = Float8E4M3.toFloat(source.get(ValueLayout.JAVA_BYTE, from + i));
                }
            }
            default -> throw new IllegalArgumentException(dtype + " is not a floating format");
        }
    }
}
