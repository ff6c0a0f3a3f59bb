package org.tornadomla.weights;

import java.util.List;
import java.util.stream.Stream;

/**
 * A choice of formats beside the format of the embedding.
 *
 * @param choice the formats of matrices
 * @param table  the format of the embedding
 */
record ChoiceWithTable(FormatChoice choice, NumberFormat table) implements FormatChoice {

    @Override
    public String name() {
        return choice.name() + ", embedding in " + table.name();
    }

    @Override
    public NumberFormat of(String... weights) {
        return choice.of(weights);
    }

    @Override
    public FormatChoice matrices() {
        return choice;
    }

    @Override
    public FormatChoice under(String prefix) {
        return choice.under(prefix);
    }

    @Override
    public FormatChoice apart() {
        return choice.apart();
    }

    @Override
    public List<NumberFormat> formats() {
        return Stream.concat(choice.formats().stream(), Stream.of(table)).distinct().toList();
    }
}
