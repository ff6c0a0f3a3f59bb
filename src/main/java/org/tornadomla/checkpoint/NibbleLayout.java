package org.tornadomla.checkpoint;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** How tools store a matrix of 4-bit whole numbers in groups, by the names of its tensors. */
enum NibbleLayout {

    /**
     * compressed-tensors: {@code weight_packed} [outputs, inputs / 8] ints of eight inputs, {@code weight_scale}
     * [outputs, groups], {@code weight_zero_point} [outputs / 8, groups] ints of eight outputs where there are such,
     * {@code weight_shape}.
     */
    COMPRESSED("weight_packed", "weight_scale", "weight_zero_point", 0, List.of("weight_shape")),
    /** AWQ: {@code qweight} [inputs, outputs / 8], {@code scales} [groups, outputs], {@code qzeros} in the same way. */
    AWQ("qweight", "scales", "qzeros", 0, List.of()),
    /**
     * GPTQ: {@code qweight} [inputs / 8, outputs] ints of eight inputs, {@code scales} [groups, outputs],
     * {@code qzeros} [groups, outputs / 8], each zero point one less than it is, and {@code g_idx} [inputs], the group
     * of an input.
     */
    GPTQ("qweight", "scales", "qzeros", 1, List.of("g_idx"));

    /** Numbers of an int. */
    static final int PACKED = 8;
    /** Endings of names by which the tensors of such a matrix are known. */
    static final List<String> ENDINGS = List.of("weight_packed", "weight_scale", "weight_zero_point", "weight_shape",
            "qweight", "scales", "qzeros", "g_idx");

    /** Where AWQ puts neighbours in an int: the first in the lowest bits, the second in the fifth four. */
    private static final int[] INTERLEAVED = {0, 4, 1, 5, 2, 6, 3, 7};
    private static final int BITS = 4;

    private final String values;
    private final String scales;
    private final String zeros;
    private final int zeroAdded;
    private final List<String> others;

    NibbleLayout(String values, String scales, String zeros, int zeroAdded, List<String> others) {
        this.values = values;
        this.scales = scales;
        this.zeros = zeros;
        this.zeroAdded = zeroAdded;
        this.others = others;
    }

    String whole() {
        return values;
    }

    String scales() {
        return scales;
    }

    String zeros() {
        return zeros;
    }

    /** What is added to a stored zero point. */
    int zeroAdded() {
        return zeroAdded;
    }

    /** Tensors besides. */
    List<String> others() {
        return others;
    }

    /** Bits of an int below those of a number. */
    int shift(int number) {
        return BITS * (this == AWQ ? INTERLEAVED[number % PACKED] : number % PACKED);
    }

    /** The layout of a matrix by the shapes of its tensors; null for none. */
    static @Nullable NibbleLayout of(@Nullable TensorInfo packed, @Nullable TensorInfo qweight,
            @Nullable TensorInfo scales) {
        if (packed != null) {
            return COMPRESSED;
        }
        if (qweight == null || scales == null) {
            return null;
        }
        return qweight.width() == scales.width() ? GPTQ : AWQ;
    }
}
