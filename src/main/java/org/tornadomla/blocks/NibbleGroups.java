package org.tornadomla.blocks;

import java.util.function.IntToDoubleFunction;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.Float8E4M3;

/**
 * Four-bit numbers as safetensors checkpoints hold them: values in one tensor, two neighbours a byte with the first in
 * the lower half, and the scale of each group in a second tensor. A number is its table's value times its group's
 * scale. NVFP4 has one more factor for the whole tensor, which the caller applies to the scales.
 */
public enum NibbleGroups {
    /** compressed-tensors {@code pack-quantized} of 4 bits in groups of 32 (Kimi K2 Thinking); scales in bfloat16. */
    INT4_GROUP_32(32, NibbleTables.whole(), Short.BYTES, bits -> Bfloat16.toFloat((short) bits)),
    /** The same in groups of 128. */
    INT4_GROUP_128(128, NibbleTables.whole(), Short.BYTES, bits -> Bfloat16.toFloat((short) bits)),
    /** MXFP4: E2M1 in groups of 32, scales in E8M0. */
    MXFP4(32, NibbleTables.e2m1(), 1, bits -> NibbleTables.powerOfTwo((byte) bits)),
    /** NVFP4: E2M1 in groups of 16, scales in E4M3. */
    NVFP4(16, NibbleTables.e2m1(), 1, bits -> Float8E4M3.toFloat((byte) bits));

    private final int group;
    private final float[] table;
    private final int scaleBytes;
    private final IntToDoubleFunction scale;

    NibbleGroups(int group, float[] table, int scaleBytes, IntToDoubleFunction scale) {
        this.group = group;
        this.table = table;
        this.scaleBytes = scaleBytes;
        this.scale = scale;
    }

    /** Numbers that share a scale. */
    public int group() {
        return group;
    }

    /** Bytes of a scale. */
    public int scaleBytes() {
        return scaleBytes;
    }

    /**
     * Reads the scales of groups.
     *
     * @param source scales, little-endian
     * @param from   index of the first byte
     * @param target Modified: receives a scale a group, as many as it is long
     */
    public void decodeScales(byte[] source, int from, float[] target) {
        for (int i = 0; i < target.length; i++) {
            int at = from + i * scaleBytes;
            target[i] = (float) scale.applyAsDouble(scaleBytes == 1 ? source[at] : LittleEndian.getShort(source, at));
        }
    }

    /**
     * Reads groups.
     *
     * @param source values, two a byte
     * @param from   index of the first byte
     * @param scales a scale a group
     * @param target Modified: receives the numbers of as many groups as there are scales
     * @param at     index of the first number
     */
    public void decode(byte[] source, int from, float[] scales, float[] target, int at) {
        for (int index = 0; index < scales.length; index++) {
            int start = from + index * group / 2;
            int to = at + index * group;
            for (int i = 0; i < group / 2; i++) {
                target[to + 2 * i] = scales[index] * table[source[start + i] & 0xF];
                target[to + 2 * i + 1] = scales[index] * table[source[start + i] >> 4 & 0xF];
            }
        }
    }
}
