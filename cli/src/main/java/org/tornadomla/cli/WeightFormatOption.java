package org.tornadomla.cli;

import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of a number format of weights, as a user gives it. */
final class WeightFormatOption implements ITypeConverter<NumberFormat> {

    @Override
    public NumberFormat convert(String name) {
        return WeightFormats.byName(name).orElseThrow(
                () -> new TypeConversionException(name + " is no number format; there are " + WeightFormats.ALL));
    }
}
