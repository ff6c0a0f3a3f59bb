package org.tornadomla.checkpoint;

import java.util.List;

/** How tools store a matrix in NVFP4, by the names of its tensors and by what the number of the whole matrix is for. */
enum FloatNibbleLayout {

    /** NVIDIA's ModelOpt: all scales are multiplied with the matrix's number. */
    MODELOPT("weight", "weight_scale_2", false),
    /** compressed-tensors, {@code nvfp4-pack-quantized}: all scales are divided by the matrix's number. */
    COMPRESSED("weight_packed", "weight_global_scale", true);

    /** The scales of groups in either. */
    static final String SCALES = "weight_scale";
    /** Endings of names by which the tensors of such a matrix are known, but for the weight itself. */
    static final List<String> ENDINGS = List.of(SCALES, "weight_scale_2", "weight_packed", "weight_global_scale");
    /**
     * Endings of names of scales that are for activations or for a cache in 8 bits. Activations and cache are in other
     * numbers here, so that nobody reads these.
     */
    static final List<String> NOT_OF_WEIGHTS = List.of("input_scale", "input_global_scale", "k_scale", "v_scale");

    private final String packed;
    private final String whole;
    private final boolean divides;

    FloatNibbleLayout(String packed, String whole, boolean divides) {
        this.packed = packed;
        this.whole = whole;
        this.divides = divides;
    }

    /** Name of the two numbers a byte. */
    String packed() {
        return packed;
    }

    /** Name of the number of the matrix. */
    String whole() {
        return whole;
    }

    /** Whether bytes under the name of the packed numbers are such a matrix, whatever stands beside them. */
    boolean isKnownByValues() {
        return divides;
    }

    /** A scale together with the matrix's number, rounded once. */
    float together(float scale, float number) {
        return divides ? scale / number : scale * number;
    }
}
