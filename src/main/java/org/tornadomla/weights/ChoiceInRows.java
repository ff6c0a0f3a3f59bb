package org.tornadomla.weights;

import java.util.List;

/**
 * A choice of number formats, each in rows for kernels of work-groups.
 *
 * @param choice which format a matrix has
 */
record ChoiceInRows(FormatChoice choice) implements FormatChoice {

    @Override
    public String name() {
        return choice.name();
    }

    @Override
    public NumberFormat of(String... weights) {
        return choice.of(weights).inRows();
    }

    @Override
    public FormatChoice under(String prefix) {
        return new ChoiceInRows(choice.under(prefix));
    }

    @Override
    public FormatChoice apart() {
        return new ChoiceInRows(choice.apart());
    }

    @Override
    public NumberFormat table() {
        return choice.table();
    }

    @Override
    public List<NumberFormat> formats() {
        return choice.formats().stream().map(NumberFormat::inRows).toList();
    }
}
