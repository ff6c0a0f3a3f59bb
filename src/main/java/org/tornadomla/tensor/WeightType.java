package org.tornadomla.tensor;

/** Number format in which a device holds the matrices that it multiplies with; all sums are 32-bit whatever it is. */
public enum WeightType {
    /** 32-bit IEEE. */
    F32,
    /** The upper half of a 32-bit IEEE number, rounded to nearest; weights that are stored so are kept exactly. */
    BF16,
    /**
     * 16-bit IEEE, for devices that have such numbers; rounded to nearest, and kept exactly where weights are stored
     * so. At most 65504.
     */
    F16,
    /** 8-bit whole numbers with a 32-bit scale for each 128 inputs of an output. */
    INT8
}
