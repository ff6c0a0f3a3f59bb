package org.tornadomla.weights;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.tornadomla.annotation.PublicApi;

/** The number formats of weights. A format of its own is an object for this list, and kernels. */
@PublicApi(opaque = true)
public final class WeightFormats {

    /** 32-bit IEEE. */
    public static final NumberFormat F32 = new Float32Format();
    /** The upper half of a 32-bit IEEE number, rounded to nearest; weights that are stored so are kept exactly. */
    public static final NumberFormat BF16 = new Bfloat16Format();
    /**
     * 16-bit IEEE, for devices that have such numbers; rounded to nearest, and kept exactly where weights are stored
     * so. At most 65504.
     */
    public static final NumberFormat F16 = new HalfFormat();
    /** 8-bit whole numbers with a 32-bit scale for each 128 inputs of an output. */
    public static final NumberFormat INT8 = new Int8Format();

    /** GGUF's Q8_0: 8-bit whole numbers with a 16-bit scale for each 32 inputs of an output. */
    public static final NumberFormat Q8_0 = new ScaledIntegers("q8_0", 8);
    /** GGUF's Q4_0: 4-bit whole numbers with a 16-bit scale for each 32 inputs of an output. */
    public static final NumberFormat Q4_0 = new ScaledIntegers("q4_0", 4);

    /** Every format, the widest first. */
    public static final List<NumberFormat> ALL = List.of(F32, BF16, F16, Q8_0, INT8, Q4_0);

    private WeightFormats() {
    }

    /**
     * The format of a name.
     *
     * @param name in any case
     */
    public static Optional<NumberFormat> byName(String name) {
        return ALL.stream().filter(format -> format.name().equals(name.toLowerCase(Locale.ROOT))).findFirst();
    }
}
