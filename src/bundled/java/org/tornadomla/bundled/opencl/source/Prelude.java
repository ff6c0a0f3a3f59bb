package org.tornadomla.bundled.opencl.source;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.tornadomla.bundled.bytecode.LaneShapes;

/** The small functions that give OpenCL C the semantics of Java; a program holds those that it uses. */
final class Prelude {

    private static final Map<String, String> TEXTS = new HashMap<>();

    static {
        // Two's complement wrap: signed overflow is undefined in C.
        for (String kind : new String[]{"i int uint", "l long ulong"}) {
            String[] part = kind.split(" ");
            for (String operation : new String[]{"add +", "sub -", "mul *"}) {
                String[] op = operation.split(" ");
                TEXTS.put(part[0] + op[0], String.format(Locale.ROOT, "#define %s%s(a, b) ((%s)((%s)(a) %s (%s)(b)))",
                        part[0], op[0], part[1], part[2], op[1], part[2]));
            }
            // Java throws for a divisor of 0; here the quotient is 0 and the remainder the dividend. Nothing traps.
            TEXTS.put(part[0] + "div", String.format(Locale.ROOT,
                    "%1$s %2$sdiv(%1$s a, %1$s b) { return b == 0 ? 0 : b == -1 ? (%1$s)(0 - (%3$s)a) : a / b; }",
                    part[1], part[0], part[2]));
            TEXTS.put(part[0] + "rem", String.format(Locale.ROOT,
                    "%1$s %2$srem(%1$s a, %1$s b) { return b == 0 ? a : b == -1 ? 0 : a %% b; }", part[1], part[0]));
            TEXTS.put(part[0] + "ushr", String.format(Locale.ROOT, "#define %sushr(a, b) ((%s)((%s)(a) >> (b)))",
                    part[0], part[1], part[2]));
        }
        conversions("f", "float", "f");
        conversions("d", "double", "");
        // Math.max and Math.min: NaN wins, and -0 is below +0.
        extremes("f", "float", "int");
        extremes("d", "double", "long");
        TEXTS.put("half_round", """
                float half_round(float x) {
                    ushort bits;
                    vstore_half_rte(x, 0, (__private half*)&bits);
                    return vload_half(0, (__private half*)&bits);
                }""");
        TEXTS.put("half_bits", """
                int half_bits(float x) {
                    short bits;
                    vstore_half_rte(x, 0, (__private half*)&bits);
                    return bits;
                }""");
        TEXTS.put("half_value", """
                float half_value(int x) {
                    short bits = (short)x;
                    return vload_half(0, (__private half*)&bits);
                }""");
        // Four bytes from 0 on times four bytes with signs, added to an int: an instruction of some x86 processors. A
        // driver that compiles for an older one than it runs on takes it as text. AVX2 multiplies and adds pairs of
        // shorts: the bytes 0 and 2 are a pair, and 1 and 3.
        TEXTS.put("dots", """
                int16 dots(int16 sum, int16 w, int x) {
                #if defined(__clang__) && defined(__AVX512VNNI__)
                    return __builtin_ia32_vpdpbusd512(sum, w, (int16)(x));
                #elif defined(__clang__) && defined(__AVX512F__) && MLA_VNNI
                    int16 each = (int16)(x);
                    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(w), "v"(each));
                    return sum;
                #elif defined(__clang__) && defined(__AVX2__)
                    short16 each = as_short16((int8)(x));
                    short16 even = each << (short16)(8) >> (short16)(8);
                    short16 odd = each >> (short16)(8);
                    sum.lo += __builtin_ia32_pmaddwd256(as_short16(w.lo & 0xff00ff), even)
                            + __builtin_ia32_pmaddwd256(as_short16(as_ushort16(w.lo) >> (ushort16)(8)), odd);
                    sum.hi += __builtin_ia32_pmaddwd256(as_short16(w.hi & 0xff00ff), even)
                            + __builtin_ia32_pmaddwd256(as_short16(as_ushort16(w.hi) >> (ushort16)(8)), odd);
                    return sum;
                #else
                    return sum + (w & 255) * (x << 24 >> 24) + ((w >> 8) & 255) * (x << 16 >> 24)
                            + ((w >> 16) & 255) * (x << 8 >> 24) + ((w >> 24) & 255) * (x >> 24);
                #endif
                }""");
        // The same for weights of at most 7 bits, of which the sums of two products are in 16 bits.
        TEXTS.put("dots7", """
                int16 dots7(int16 sum, int16 w, int x) {
                #if defined(__clang__) && defined(__AVX2__) && !defined(__AVX512VNNI__) && !MLA_VNNI
                    typedef char bytes __attribute__((ext_vector_type(32)));
                    bytes each = __builtin_astype((int8)(x), bytes);
                    short16 one = (short16)(1);
                    sum.lo += __builtin_ia32_pmaddwd256(
                            __builtin_ia32_pmaddubsw256(__builtin_astype(w.lo, bytes), each), one);
                    sum.hi += __builtin_ia32_pmaddwd256(
                            __builtin_ia32_pmaddubsw256(__builtin_astype(w.hi, bytes), each), one);
                    return sum;
                #else
                    return dots(sum, w, x);
                #endif
                }""");
        TEXTS.put("fsignum", "float fsignum(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x; }");
        TEXTS.put("trips",
                """
                        int trips(long begin, long end, int step) { return end <= begin ? 0 : (int)((end - begin + step - 1) / step); }""");
        vectors(LaneShapes.LANES);
    }

    private final Map<String, String> used = new LinkedHashMap<>();

    private static void conversions(String letter, String type, String suffix) {
        TEXTS.put(letter + "2i", String.format(Locale.ROOT,
                "int %s2i(%s x) { return x != x ? 0 : x >= 2147483648.0%s ? 2147483647 : x <= -2147483648.0%s ? (-2147483647 - 1) : (int)x; }",
                letter, type, suffix, suffix));
        TEXTS.put(letter + "2l",
                String.format(Locale.ROOT,
                        ("long %s2l(%s x) { return x != x ? 0L : x >= 9223372036854775808.0%s ? 9223372036854775807L"
                                + " : x <= -9223372036854775808.0%s ? (-9223372036854775807L - 1L) : (long)x; }"),
                        letter, type, suffix, suffix));
    }

    private static void extremes(String letter, String type, String bits) {
        TEXTS.put("max" + letter, String.format(Locale.ROOT,
                "%2$s max%1$s(%2$s a, %2$s b) { return a != a ? a : a == b ? as_%2$s(as_%3$s(a) & as_%3$s(b)) : a > b ? a : b; }",
                letter, type, bits));
        TEXTS.put("min" + letter, String.format(Locale.ROOT,
                "%2$s min%1$s(%2$s a, %2$s b) { return a != a ? a : a == b ? as_%2$s(as_%3$s(a) | as_%3$s(b)) : a < b ? a : b; }",
                letter, type, bits));
    }

    private static void vectors(int width) {
        String vector = "float" + width;
        String bits = "int" + width;
        for (String name : new String[]{"max & >", "min | <"}) {
            String[] part = name.split(" ", 3);
            TEXTS.put(part[0] + "f" + width,
                    String.format(Locale.ROOT,
                            ("%1$s %3$sf%6$d(%1$s a, %1$s b) { return select(select(select(b, a, a %5$s b),"
                                    + " as_%1$s(as_%2$s(a) %4$s as_%2$s(b)), a == b), a, a != a); }"),
                            vector, bits, part[0], part[1], part[2], width));
        }
        StringBuilder dot = new StringBuilder("0.0f");
        for (int lane = 0; lane < width; lane++) {
            dot.append(String.format(Locale.ROOT, " + a.s%x * b.s%x", lane, lane));
        }
        TEXTS.put("dot" + width,
                String.format(Locale.ROOT, "float dot%1$d(%2$s a, %2$s b) { return %3$s; }", width, vector, dot));
        StringBuilder sum = new StringBuilder();
        String value = "v";
        for (int half = width / 2; half > 1; half /= 2) {
            sum.append(String.format(Locale.ROOT, "float%1$d v%1$d = %2$s.lo + %2$s.hi; ", half, value));
            value = "v" + half;
        }
        TEXTS.put("lanes" + width, String.format(Locale.ROOT, "float lanes%d(%s v) { %sreturn %s.x + %s.y; }", width,
                vector, sum, value, value));
    }

    /** Whether a function has this name. */
    static boolean has(String name) {
        return TEXTS.containsKey(name);
    }

    /** Notes that a function is used; returns its name. */
    String use(String name) {
        String text = TEXTS.get(name);
        if (text == null) {
            throw new IllegalStateException("the prelude has no function " + name);
        }
        used.put(name, text);
        return name;
    }

    /** A call of a function of the prelude. */
    String call(String name, Expr... operands) {
        StringBuilder text = new StringBuilder(use(name)).append('(');
        for (int i = 0; i < operands.length; i++) {
            text.append(i == 0 ? "" : ", ").append(operands[i].code());
        }
        return text.append(')').toString();
    }

    /** The used functions, in the order of their first use. */
    Map<String, String> used() {
        return used;
    }
}
