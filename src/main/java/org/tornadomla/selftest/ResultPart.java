package org.tornadomla.selftest;

import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

import org.tornadomla.graph.Step;
import org.tornadomla.tensor.PackedInt8;

/**
 * Elements of a result that stand for numbers of one kind. Rows of the cache in 8 bits have two: bytes, and bfloat16
 * numbers behind them.
 *
 * @param numbers  what they stand for
 * @param elements which they are
 */
record ResultPart(Numbers numbers, BitSet elements) {

    private static final String INT8_ROWS = "LatentWriteInt8";

    /**
     * The parts of a result. What the ints of a cache hold is known by the kernel's class and by the names of its
     * parameters, as both families of kernels have them: of one array of ints the kernel alone knows it.
     *
     * @param step    what wrote it
     * @param result  an array of the step
     * @param written elements that the step writes
     */
    static List<ResultPart> of(Step step, Content result, BitSet written) {
        if (!result.isInt()) {
            return List.of(new ResultPart(Numbers.FLOATS, written));
        }
        String name = name(step, result.array());
        if (name.equals("pool") && step.kernel().contains(INT8_ROWS)) {
            return int8Rows(step, written);
        }
        // Kernels of groups are given a cache twice, as floats and as pairs.
        return List.of(
                new ResultPart(name.equals("pool") || name.equals("pairs") ? Numbers.PAIRS : Numbers.WHOLE, written));
    }

    private static List<ResultPart> int8Rows(Step step, BitSet written) {
        PackedInt8 row = new PackedInt8(size(step, "latent", "latentDim"), size(step, "rope", "ropeDim"));
        BitSet bytes = new BitSet();
        BitSet pairs = new BitSet();
        written.stream().forEach(i -> (i % row.ints() < row.byteInts() ? bytes : pairs).set(i));
        return List.of(new ResultPart(Numbers.BYTES, bytes), new ResultPart(Numbers.PAIRS, pairs));
    }

    /** The name of the parameter that an array is given for. */
    @SuppressWarnings("ReferenceEquality") // Two arrays with the same content are two.
    private static String name(Step step, Object array) {
        List<Parameter> parameters = Switches.parameters(step);
        for (int i = 0; i < parameters.size(); i++) {
            if (step.arguments().get(i) == array) {
                return parameters.get(i).getName();
            }
        }
        throw new IllegalStateException(step.kernel() + " writes an array that it is not given");
    }

    /** The argument for the parameter that has one of some names. */
    private static int size(Step step, String... names) {
        List<Parameter> parameters = Switches.parameters(step);
        for (int i = 0; i < parameters.size(); i++) {
            if (Arrays.asList(names).contains(parameters.get(i).getName())) {
                return (Integer) step.arguments().get(i);
            }
        }
        throw new IllegalStateException(
                step.kernel() + " has no parameter " + String.join(" or ", names) + ", by which its rows are known");
    }

    /** The largest magnitude of the numbers of this part in a content. */
    double largest(Content content) {
        return elements.stream().boxed().flatMap(i -> Arrays.stream(numbers.of(content.bits()[i])).boxed())
                .mapToDouble(Math::abs).max().orElse(0);
    }

    /** The parts of all kinds that have elements. */
    static Stream<ResultPart> present(Step step, Expectation.Result result) {
        return of(step, result.after(), result.written()).stream().filter(part -> !part.elements.isEmpty());
    }
}
