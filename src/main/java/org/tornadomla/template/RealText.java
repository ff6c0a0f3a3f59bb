package org.tornadomla.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Floats with a number of digits. */
final class RealText {

    private RealText() {
    }

    /**
     * A number in one of Python's forms.
     *
     * @param number    not negative
     * @param type      one of {@code e E f F g G %}, or nothing for the form of {@code repr}
     * @param precision digits; negative for as many as the form has by itself
     */
    static String of(double number, String type, int precision) {
        String lower = type.toLowerCase(Locale.ROOT);
        String text = Double.isNaN(number)
                ? "nan"
                : Double.isInfinite(number) ? "inf" : finite(number, lower, precision);
        if (lower.equals("%") && !Double.isFinite(number)) {
            text += "%";
        }
        return type.equals(lower) ? text : text.toUpperCase(Locale.ROOT);
    }

    private static String finite(double number, String type, int precision) {
        int digits = precision < 0 ? 6 : precision;
        return switch (type) {
            case "f" -> fixed(number, digits);
            case "%" -> percent(number, digits);
            case "e" -> exponent(number, digits);
            case "g" -> general(number, Math.max(digits, 1), 0);
            default -> precision < 0 ? Repr.number(number) : withPoint(general(number, Math.max(precision, 1), 1));
        };
    }

    private static String percent(double number, int digits) {
        double hundredfold = number * 100;
        return (Double.isInfinite(hundredfold) ? "inf" : fixed(hundredfold, digits)) + "%";
    }

    private static String withPoint(String text) {
        return text.indexOf('.') < 0 && text.indexOf('e') < 0 ? text + ".0" : text;
    }

    private static String fixed(double number, int digits) {
        return new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String exponent(double number, int digits) {
        if (number == 0) {
            return fixed(0, digits) + "e+00";
        }
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - 1 - rounded.scale();
        StringBuilder letters = new StringBuilder(rounded.unscaledValue().toString());
        while (letters.length() <= digits) {
            letters.append('0');
        }
        if (digits > 0) {
            letters.insert(1, '.');
        }
        return letters + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /**
     * The shorter of both forms without zeros at the end; {@code earlier} digits before it would, the exponent is used.
     */
    private static String general(double number, int digits, int earlier) {
        if (number == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - 1 - rounded.scale();
        boolean isPlain = exponent >= -4 && exponent < digits - earlier;
        String text = isPlain ? fixed(number, Math.max(digits - 1 - exponent, 0)) : exponent(number, digits - 1);
        int end = text.indexOf('e') >= 0 ? text.indexOf('e') : text.length();
        String mantissa = text.substring(0, end);
        if (mantissa.indexOf('.') >= 0) {
            mantissa = mantissa.replaceAll("\\.?0+$", "");
        }
        return mantissa + text.substring(end);
    }
}
