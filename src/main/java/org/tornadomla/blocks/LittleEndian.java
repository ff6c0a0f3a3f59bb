package org.tornadomla.blocks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import org.tornadomla.error.ConfigurationException;

/** Numbers of several bytes within an array, the lowest byte first. */
final class LittleEndian {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bits of a 16-bit number that are all set in a NaN and in an infinity alone. */
    private static final int EXPONENT = 0x7C00;

    private LittleEndian() {
    }

    static short getShort(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at);
    }

    static void putShort(byte[] bytes, int at, short value) {
        SHORT.set(bytes, at, value);
    }

    static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    /** The 16-bit IEEE number that stands there. */
    static float getHalf(byte[] bytes, int at) {
        return Float.float16ToFloat(getShort(bytes, at));
    }

    /**
     * Writes a number as 16-bit IEEE and returns what it became.
     *
     * @throws ConfigurationException when it is beyond the largest such number
     */
    static float putHalf(byte[] bytes, int at, float value) {
        short half = Float.floatToFloat16(value);
        if ((half & EXPONENT) == EXPONENT) {
            throw new ConfigurationException("a weight, or the scale of a block of weights, is " + value
                    + ", beyond the largest of 16 bits, 65504; keep the weights in BF16 or F32");
        }
        putShort(bytes, at, half);
        return Float.float16ToFloat(half);
    }
}
