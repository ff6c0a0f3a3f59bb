package org.tornadomla.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Python's numbers: integers of any size, and floats. */
final class Numbers {

    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int MOST_BITS = 14_000;
    /** Up to here every integer is a float. */
    private static final long EXACT = 1L << 53;

    private Numbers() {
    }

    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
    }

    static boolean isNumber(Object value) {
        return isInteger(value) || value instanceof Double;
    }

    /** An integer as this interpreter keeps it: a Long where it fits. */
    static Object normal(BigInteger number) {
        if (number.bitLength() > MOST_BITS) {
            throw PyError.limit("the template makes too large a number");
        }
        return number.compareTo(LEAST) >= 0 && number.compareTo(MOST) <= 0 ? (Object) number.longValue() : number;
    }

    static BigInteger big(Object integer) {
        return switch (integer) {
            case Boolean flag -> flag ? BigInteger.ONE : BigInteger.ZERO;
            case Long number -> BigInteger.valueOf(number);
            default -> (BigInteger) integer;
        };
    }

    static double real(Object number) {
        return switch (number) {
            case Double real -> real;
            case Long integer -> integer;
            default -> {
                double real = big(number).doubleValue();
                if (Double.isInfinite(real)) {
                    throw PyError.overflow("int too large to convert to float");
                }
                yield real;
            }
        };
    }

    /** An index, a count or the like; floats and others are refused. */
    static long index(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case BigInteger number -> number.signum() < 0 ? Long.MIN_VALUE >> 1 : Long.MAX_VALUE >> 1;
            case null, default ->
                throw PyError.type("'" + Types.name(value) + "' object cannot be interpreted as an integer");
        };
    }

    static int smallIndex(Object value) {
        return Math.clamp(index(value), Integer.MIN_VALUE >> 1, Integer.MAX_VALUE >> 1);
    }

    static Object calculate(String operator, Object left, Object right) {
        boolean isReal = left instanceof Double || right instanceof Double;
        return switch (operator) {
            case "/" -> divide(left, right);
            case "**" -> power(left, right);
            default ->
                isReal ? (Object) real(operator, real(left), real(right)) : integer(operator, big(left), big(right));
        };
    }

    private static Object integer(String operator, BigInteger left, BigInteger right) {
        return normal(switch (operator) {
            case "+" -> left.add(right);
            case "-" -> left.subtract(right);
            case "*" -> left.multiply(right);
            case "//" -> floor(left, right)[0];
            default -> floor(left, right)[1];
        });
    }

    private static BigInteger[] floor(BigInteger left, BigInteger right) {
        if (right.signum() == 0) {
            throw PyError.runtime("integer division or modulo by zero");
        }
        BigInteger[] parts = left.divideAndRemainder(right);
        if (parts[1].signum() != 0 && parts[1].signum() != right.signum()) {
            return new BigInteger[]{parts[0].subtract(BigInteger.ONE), parts[1].add(right)};
        }
        return parts;
    }

    private static double real(String operator, double left, double right) {
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "//" -> floor(left, right)[0];
            default -> floor(left, right)[1];
        };
    }

    /** Quotient and remainder of floats as Python defines them: the remainder has the sign of the divisor. */
    private static double[] floor(double left, double right) {
        if (right == 0) {
            throw PyError.runtime("float floor division or modulo by zero");
        }
        double remainder = left % right;
        double quotient = (left - remainder) / right;
        if (remainder != 0) {
            if (right < 0 != remainder < 0) {
                remainder += right;
                quotient -= 1;
            }
        } else {
            remainder = Math.copySign(0.0, right);
        }
        if (quotient == 0) {
            return new double[]{Math.copySign(0.0, left / right), remainder};
        }
        double floor = Math.floor(quotient);
        return new double[]{quotient - floor > 0.5 ? floor + 1 : floor, remainder};
    }

    private static Object divide(Object left, Object right) {
        if (real(right) == 0) {
            throw PyError.runtime("division by zero");
        }
        if (isInteger(left) && isInteger(right) && (isWide(left) || isWide(right))) {
            throw PyError.unsupported("the division of integers beyond 2^53");
        }
        return real(left) / real(right);
    }

    private static boolean isWide(Object integer) {
        return big(integer).abs().compareTo(BigInteger.valueOf(EXACT)) > 0;
    }

    private static Object power(Object left, Object right) {
        if (isInteger(left) && isInteger(right) && big(right).signum() >= 0) {
            BigInteger base = big(left);
            long exponent = index(right);
            if (base.bitLength() > 1 && exponent * base.bitLength() > MOST_BITS || exponent > Integer.MAX_VALUE) {
                throw PyError.limit("the template makes too large a number");
            }
            return normal(base.pow((int) exponent));
        }
        double base = real(left);
        double exponent = real(right);
        if (base == 0 && exponent < 0) {
            throw PyError.runtime("0.0 cannot be raised to a negative power");
        }
        double result = Math.pow(base, exponent);
        if (Double.isNaN(result) && !Double.isNaN(base) && !Double.isNaN(exponent)) {
            throw PyError.unsupported("a complex number");
        }
        if (Double.isInfinite(result) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
            throw PyError.overflow("the result is too large");
        }
        return result;
    }

    static int compare(Object left, Object right) {
        if (isInteger(left) && isInteger(right)) {
            return big(left).compareTo(big(right));
        }
        double a = left instanceof Double real ? real : 0;
        double b = right instanceof Double real ? real : 0;
        if (left instanceof Double && right instanceof Double || !Double.isFinite(a) || !Double.isFinite(b)) {
            double first = left instanceof Double ? a : 0;
            double second = right instanceof Double ? b : 0;
            return first < second ? -1 : first > second ? 1 : 0;
        }
        return exact(left).compareTo(exact(right));
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double real ? new BigDecimal(real) : new BigDecimal(big(number));
    }

    static boolean isNan(Object value) {
        return value instanceof Double real && Double.isNaN(real);
    }

    /** {@code round(number, digits)}: halves go to the even neighbour, of the exact value. */
    static Object round(Object number, long digits) {
        int places = Math.clamp(digits, -400, 400);
        if (isInteger(number)) {
            return places >= 0
                    ? normal(big(number))
                    : normal(new BigDecimal(big(number)).setScale(places, RoundingMode.HALF_EVEN).toBigInteger());
        }
        double real = (Double) number;
        if (!Double.isFinite(real) || real == 0) {
            return real;
        }
        double rounded = new BigDecimal(real).setScale(places, RoundingMode.HALF_EVEN).doubleValue();
        return rounded == 0 ? Math.copySign(0.0, real) : rounded;
    }

    /** {@code int(number)}. */
    static Object truncate(double number) {
        if (Double.isNaN(number)) {
            throw PyError.value("cannot convert float NaN to integer");
        }
        if (Double.isInfinite(number)) {
            throw PyError.overflow("cannot convert float infinity to integer");
        }
        return normal(new BigDecimal(number).toBigInteger());
    }
}
