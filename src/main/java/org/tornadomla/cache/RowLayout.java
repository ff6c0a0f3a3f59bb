package org.tornadomla.cache;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.PackedInt8;

/**
 * Where the two parts of one cached token lie in its row of the pool. All offsets and widths are in numbers: floats, or
 * bfloat16 numbers, of which two share an int.
 *
 * <p>A row is {@code [latent, padding | rotary key, padding]}; each part is padded to whole vectors of {@value #VECTOR}
 * floats, so that kernels read both with vector loads and need no tail loop. Padding is zero.
 *
 * @param kvLoraRank    width of the latent (c_KV of DeepSeek-V2, eq. 41, after its norm); at least 1
 * @param qkRopeHeadDim width of the rotary key (k_R of eq. 43, after rotation); 0 where a model has none
 */
public record RowLayout(int kvLoraRank, int qkRopeHeadDim) {

    /** Elements of 4 bytes in one vector of the pool, which is a {@code VectorFloat16} or a {@code VectorInt16}. */
    public static final int VECTOR = 16;

    /** Widest part of a row; far above any model, and low enough that no width can overflow. */
    public static final int MAX_WIDTH = 1 << 20;

    /** @throws ConfigurationException when a width is out of range */
    public RowLayout {
        if (kvLoraRank < 1 || kvLoraRank > MAX_WIDTH) {
            throw new ConfigurationException("kvLoraRank is " + kvLoraRank + ", allowed are 1 to " + MAX_WIDTH);
        }
        if (qkRopeHeadDim < 0 || qkRopeHeadDim > MAX_WIDTH) {
            throw new ConfigurationException("qkRopeHeadDim is " + qkRopeHeadDim + ", allowed are 0 to " + MAX_WIDTH);
        }
    }

    /** @return first number of the latent in a row */
    public int latentOffset() {
        return 0;
    }

    /** @return first number of the rotary key in a row */
    public int rotaryOffset() {
        return padded(kvLoraRank);
    }

    /** @return numbers of a row, the padding of both parts included */
    public int width() {
        return rotaryOffset() + padded(qkRopeHeadDim);
    }

    /** @return vectors from one row to the next in a pool of 32-bit numbers */
    public int vectors() {
        return vectors(CacheType.F32);
    }

    /**
     * @param type format of the pool's numbers
     * @return vectors from one row to the next, whole ones also where the last is half empty
     */
    public int vectors(CacheType type) {
        return type == CacheType.INT8
                ? packedInt8().vectors()
                : Math.ceilDiv(width() * type.bytes(), VECTOR * Float.BYTES);
    }

    /** @return a row in 8 bits */
    PackedInt8 packedInt8() {
        return new PackedInt8(kvLoraRank, qkRopeHeadDim);
    }

    /**
     * @param type format of the pool's numbers
     * @return bytes of a row in a snapshot, without padding
     */
    int fileBytes(CacheType type) {
        return type == CacheType.INT8 ? packedInt8().fileBytes() : payload() * type.bytes();
    }

    /** @return numbers that carry information: what one token is worth, and what a snapshot stores of it */
    public int payload() {
        return kvLoraRank + qkRopeHeadDim;
    }

    private static int padded(int floats) {
        return (floats + VECTOR - 1) / VECTOR * VECTOR;
    }
}
