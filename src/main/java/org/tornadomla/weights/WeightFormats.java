package org.tornadomla.weights;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

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
    /** GGUF's Q5_0: 5-bit whole numbers with a 16-bit scale for each 32 inputs of an output, a byte each. */
    public static final NumberFormat Q5_0 = new ScaledIntegers("q5_0", 8);
    /** GGUF's Q5_1: the same with a least value, numbers from 0 on. */
    public static final NumberFormat Q5_1 = new SteppedIntegers("q5_1", 8);
    /** GGUF's Q6_K: 6-bit whole numbers, a byte each, with an 8-bit scale for each 16 inputs of an output. */
    public static final NumberFormat Q6_K = new SteppedIntegers("q6_k", 8);
    /** GGUF's Q5_K: 5-bit whole numbers, a byte each, with a 6-bit scale and least value for each 32 inputs. */
    public static final NumberFormat Q5_K = new SteppedIntegers("q5_k", 8);
    /** GGUF's Q4_K: the same of 4 bits, two in a byte. */
    public static final NumberFormat Q4_K = new SteppedIntegers("q4_k", 4);
    /** GGUF's Q4_1: 4-bit whole numbers from 0 on with a 16-bit scale and least value for each 32 inputs. */
    public static final NumberFormat Q4_1 = new SteppedIntegers("q4_1", 4);
    /** GGUF's Q3_K: 3-bit whole numbers, two in a byte, with a 6-bit scale for each 16 inputs of an output. */
    public static final NumberFormat Q3_K = new SteppedIntegers("q3_k", 4);
    /** GGUF's Q2_K: 2-bit whole numbers, two in a byte, with a 4-bit scale and least value for each 16 inputs. */
    public static final NumberFormat Q2_K = new SteppedIntegers("q2_k", 4);
    /** 4-bit whole numbers with a scale for each 32 inputs of an output, as compressed-tensors has them. */
    public static final NumberFormat INT4_32 = new ScaledIntegers("int4_32", 4);
    /** The same for each 128 inputs. */
    public static final NumberFormat INT4_128 = new ScaledIntegers("int4_128", 4);
    /** 4-bit whole numbers from 0 on with a scale and a zero point for each 128 inputs, as AWQ and GPTQ have them. */
    public static final NumberFormat UINT4_128 = new SteppedIntegers("uint4_128", 4);
    /** MXFP4: numbers of 4 bits in E2M1, a byte each, with a power of two for each 32 inputs of an output. */
    public static final NumberFormat MXFP4 = new ScaledIntegers("mxfp4", 8);
    /** NVFP4: the same numbers with a scale for each 16 inputs of an output. */
    public static final NumberFormat NVFP4 = new ScaledIntegers("nvfp4", 8);

    /** FP8: floating numbers of 8 bits in E4M3 with a scale for each 128 inputs of an output. */
    public static final NumberFormat FP8 = new Float8Format("fp8");

    /** Every format, the widest first. */
    public static final List<NumberFormat> ALL = List.of(F32, BF16, F16, Q8_0, INT8, FP8, NVFP4, MXFP4, Q6_K, Q5_1,
            Q5_K, Q5_0, Q3_K, Q2_K, Q4_1, INT4_32, Q4_K, Q4_0, UINT4_128, INT4_128);

    /** Formats whose numbers have products in whole numbers too, for these. */
    public static final List<NumberFormat> DOTS = ALL.stream().flatMap(format -> format.dots().stream()).toList();

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

    /**
     * A choice whose products round what they multiply to 8 bits where the matrix has whole numbers.
     *
     * @throws ConfigurationException when no matrix could have such a product
     */
    public static FormatChoice dots(FormatChoice choice) {
        if (choice.formats().stream().noneMatch(format -> format.dots().isPresent())) {
            throw new ConfigurationException("activations in int8 need weights in "
                    + ALL.stream().filter(format -> format.dots().isPresent()).toList() + ", these are in "
                    + choice.name() + "; use --activations f32 or other weights");
        }
        return new DotChoice(choice);
    }

    /**
     * Each matrix of a model in the format in which it is stored.
     *
     * @param usable   which formats the device computes with at full speed
     * @param storedAs the stored format of a weight, as {@code Q4_K}
     * @param stored   all stored formats of matrices
     * @return empty where none is a block format whose numbers the device could hold as they are stored
     */
    public static Optional<FormatChoice> asStored(Predicate<NumberFormat> usable, UnaryOperator<String> storedAs,
            Collection<String> stored) {
        return StoredFormats.of(usable, storedAs, stored);
    }
}
