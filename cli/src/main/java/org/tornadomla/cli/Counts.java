package org.tornadomla.cli;

import java.math.BigInteger;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads every whole number of 32 bits on a command line. All are bounded here, so that the sums that commands make of a
 * few of them have 32 bits too.
 */
final class Counts implements ITypeConverter<Integer> {

    /** Largest magnitude of a number, that of a configuration's widths. */
    static final int MOST = 1 << 28;

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,99}");

    @Override
    public Integer convert(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
        BigInteger value = new BigInteger(text);
        if (value.abs().compareTo(BigInteger.valueOf(MOST)) > 0) {
            throw new TypeConversionException(text + " is too large, must be from " + -MOST + " to " + MOST);
        }
        return value.intValue();
    }
}
