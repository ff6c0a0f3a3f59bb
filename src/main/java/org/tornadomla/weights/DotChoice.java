package org.tornadomla.weights;

import java.util.List;
import java.util.stream.Stream;

/**
 * A choice of number formats, each for products in whole numbers where it has them.
 *
 * @param choice which format a matrix has
 */
record DotChoice(FormatChoice choice) implements FormatChoice {

    @Override
    public String name() {
        return choice.name() + " x int8";
    }

    @Override
    public NumberFormat of(String... weights) {
        NumberFormat format = choice.of(weights);
        return format.dots().orElse(format);
    }

    @Override
    public FormatChoice under(String prefix) {
        return new DotChoice(choice.under(prefix));
    }

    /** As what they are kept apart from: the expansion is computed in one of two ways of attending alone. */
    @Override
    public FormatChoice apart() {
        return choice.apart();
    }

    @Override
    public List<NumberFormat> formats() {
        return choice.formats().stream().flatMap(format -> Stream.concat(Stream.of(format), format.dots().stream()))
                .distinct().toList();
    }
}
