package org.tornadomla.constrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.tornadomla.constrain.Network.Rule;

/**
 * Bounds of a whole number, and the digits that keep to them.
 *
 * @param least smallest number; null for none
 * @param most  largest number; null for none
 */
record IntegerBounds(BigInteger least, BigInteger most) {

    /** Digits of a bound at most, so that a schema cannot ask for a network without end. */
    private static final int DIGITS = 40;

    static IntegerBounds read(JsonNode schema, String place) {
        BigInteger least = larger(bound(schema, "minimum", place, RoundingMode.CEILING, 0),
                bound(schema, "exclusiveMinimum", place, RoundingMode.FLOOR, 1));
        BigInteger most = smaller(bound(schema, "maximum", place, RoundingMode.FLOOR, 0),
                bound(schema, "exclusiveMaximum", place, RoundingMode.CEILING, -1));
        if (least != null && most != null && least.compareTo(most) > 0) {
            throw new SchemaException(place, "no whole number is from " + least + " to " + most);
        }
        return new IntegerBounds(least, most);
    }

    private static BigInteger bound(JsonNode schema, String keyword, String place, RoundingMode rounding, int step) {
        JsonNode given = schema.get(keyword);
        if (given == null) {
            return null;
        }
        if (!given.isNumber()) {
            throw new SchemaException(place + "/" + keyword, "it is " + given + ", must be a number");
        }
        BigDecimal exact = given.decimalValue();
        if (exact.precision() - exact.scale() > DIGITS) {
            throw new SchemaException(place + "/" + keyword, "it has more than " + DIGITS + " digits");
        }
        return exact.setScale(0, rounding).toBigInteger().add(BigInteger.valueOf(step));
    }

    private static BigInteger larger(BigInteger a, BigInteger b) {
        return a == null ? b : b == null ? a : a.max(b);
    }

    private static BigInteger smaller(BigInteger a, BigInteger b) {
        return a == null ? b : b == null ? a : a.min(b);
    }

    boolean isOpen() {
        return least == null && most == null;
    }

    Rule rule(Network network) {
        Rule rule = network.rule();
        BigInteger zero = BigInteger.ZERO;
        if (most == null || most.signum() >= 0) {
            unsigned(network, rule.start(), least == null ? zero : least.max(zero), most, rule.end());
        }
        if (least == null || least.signum() < 0) {
            int minus = network.state();
            network.bytes(rule.start(), '-', '-', minus);
            BigInteger smallest = most == null ? BigInteger.ONE : most.negate().max(BigInteger.ONE);
            unsigned(network, minus, smallest, least == null ? null : least.negate(), rule.end());
        }
        return rule;
    }

    /**
     * Numbers without a sign from {@code low} to {@code high}, which may be null: those of each length by themselves.
     */
    private static void unsigned(Network network, int from, BigInteger low, BigInteger high, int to) {
        int shortest = low.toString().length();
        int longest = high == null ? shortest + 1 : high.toString().length();
        for (int length = shortest; length <= longest; length++) {
            BigInteger smallest = length == 1 ? BigInteger.ZERO : BigInteger.TEN.pow(length - 1);
            BigInteger largest = BigInteger.TEN.pow(length).subtract(BigInteger.ONE);
            String first = low.max(smallest).toString();
            if (high == null && length == longest) {
                // Any number that is longer than the bound is above it.
                int digits = network.state();
                sameLength(network, from, first, largest.toString(), 0, digits);
                network.bytes(digits, '0', '9', digits);
                network.silent(digits, to);
            } else {
                String last = (high == null ? largest : high.min(largest)).toString();
                sameLength(network, from, first, last, 0, to);
            }
        }
    }

    private static void sameLength(Network network, int from, String low, String high, int at, int to) {
        if (at == low.length()) {
            network.silent(from, to);
            return;
        }
        char first = low.charAt(at);
        char last = high.charAt(at);
        if (first == last) {
            sameLength(network, step(network, from, first, last), low, high, at + 1, to);
            return;
        }
        sameLength(network, step(network, from, first, first), low, "9".repeat(low.length()), at + 1, to);
        sameLength(network, step(network, from, last, last), "0".repeat(low.length()), high, at + 1, to);
        if (first + 1 <= last - 1) {
            int middle = step(network, from, (char) (first + 1), (char) (last - 1));
            sameLength(network, middle, "0".repeat(low.length()), "9".repeat(low.length()), at + 1, to);
        }
    }

    private static int step(Network network, int from, char low, char high) {
        int state = network.state();
        network.bytes(from, low, high, state);
        return state;
    }
}
