package org.tornadomla.constrain;

import org.tornadomla.constrain.Network.Rule;

/** The rules of JSON itself, each made when it is first asked for. */
final class JsonRules {

    /** Most blanks in a row, so that a model cannot indent for ever. */
    private static final int BLANKS = 40;

    /**
     * Most digits of a whole number, and of a fraction; together with two of an exponent they keep a number within what
     * readers hold, and a model cannot write digits for ever.
     */
    private static final int DIGITS = 20;
    private static final int EXPONENT_DIGITS = 2;

    private final Network network;
    private Rule blank;
    private Rule character;
    private Rule string;
    private Rule number;
    private Rule integer;
    private Rule value;
    private Rule object;
    private Rule array;

    JsonRules(Network network) {
        this.network = network;
    }

    /** Nothing, a blank, or a line break with an indentation. */
    Rule blank() {
        if (blank == null) {
            blank = network.rule();
            network.silent(blank.start(), blank.end());
            network.bytes(blank.start(), ' ', ' ', blank.end());
            int at = network.state();
            network.bytes(blank.start(), '\n', '\n', at);
            for (int i = 0; i < BLANKS; i++) {
                network.silent(at, blank.end());
                int next = network.state();
                network.bytes(at, ' ', ' ', next);
                at = next;
            }
            network.silent(at, blank.end());
        }
        return blank;
    }

    /** A character of a string: one of UTF-8, or an escape. */
    Rule character() {
        if (character == null) {
            character = network.rule();
            Utf8.range(network, character.start(), 0x20, '"' - 1, character.end());
            Utf8.range(network, character.start(), '"' + 1, '\\' - 1, character.end());
            Utf8.range(network, character.start(), '\\' + 1, 0x10FFFF, character.end());
            escapes(character.start(), character.end());
        }
        return character;
    }

    private void escapes(int from, int to) {
        int escape = network.state();
        network.bytes(from, '\\', '\\', escape);
        digits(escape, "\"\\/bfnrt", to);
        int code = network.state();
        network.bytes(escape, 'u', 'u', code);
        // A code that is no half of a pair, and both halves of a pair.
        hex(code, "0123456789abcefABCEF", 3, to);
        int second = network.state();
        digits(code, "dD", second);
        hex(second, "01234567", 2, to);
        int high = network.state();
        int low = network.state();
        hex(second, "89abAB", 2, high);
        network.text(high, "\\u", low);
        int lowSecond = network.state();
        digits(low, "dD", lowSecond);
        hex(lowSecond, "cdefCDEF", 2, to);
    }

    private void hex(int from, String first, int more, int to) {
        int at = network.state();
        digits(from, first, at);
        for (int i = 0; i < more; i++) {
            int next = i == more - 1 ? to : network.state();
            digits(at, "0123456789abcdefABCDEF", next);
            at = next;
        }
    }

    /** One of some characters. */
    private void digits(int from, String digits, int to) {
        for (int i = 0; i < digits.length(); i++) {
            network.bytes(from, digits.charAt(i), digits.charAt(i), to);
        }
    }

    /** Any string. */
    Rule string() {
        if (string == null) {
            string = network.rule();
            int inside = network.state();
            network.bytes(string.start(), '"', '"', inside);
            network.call(inside, character(), inside);
            network.bytes(inside, '"', '"', string.end());
        }
        return string;
    }

    /** A whole number. */
    Rule integer() {
        if (integer == null) {
            integer = network.rule();
            whole(integer.start(), integer.end());
        }
        return integer;
    }

    private void whole(int from, int to) {
        int unsigned = network.state();
        network.silent(from, unsigned);
        network.bytes(from, '-', '-', unsigned);
        network.bytes(unsigned, '0', '0', to);
        int first = network.state();
        network.bytes(unsigned, '1', '9', first);
        network.silent(first, to);
        digits(first, DIGITS - 1, to);
    }

    /** One digit or more, up to a number of them. */
    private void digits(int from, int most, int to) {
        int at = from;
        for (int i = 0; i < most; i++) {
            int next = network.state();
            network.bytes(at, '0', '9', next);
            network.silent(next, to);
            at = next;
        }
    }

    /** A number. */
    Rule number() {
        if (number == null) {
            number = network.rule();
            int whole = network.state();
            whole(number.start(), whole);
            network.silent(whole, number.end());
            int fraction = network.state();
            int point = network.state();
            network.bytes(whole, '.', '.', point);
            digits(point, DIGITS, fraction);
            network.silent(fraction, number.end());
            int power = network.state();
            int sign = network.state();
            for (int from : new int[]{whole, fraction}) {
                network.bytes(from, 'e', 'e', power);
                network.bytes(from, 'E', 'E', power);
            }
            network.silent(power, sign);
            network.bytes(power, '+', '+', sign);
            network.bytes(power, '-', '-', sign);
            digits(sign, EXPONENT_DIGITS, number.end());
        }
        return number;
    }

    /** Any value. */
    Rule anyValue() {
        if (value == null) {
            value = network.rule();
            network.call(value.start(), string(), value.end());
            network.call(value.start(), number(), value.end());
            network.nest(value.start(), anyObject(), value.end());
            network.nest(value.start(), anyArray(), value.end());
            for (String word : new String[]{"true", "false", "null"}) {
                network.text(value.start(), word, value.end());
            }
        }
        return value;
    }

    /** Any object. Names may repeat, as JSON allows it. */
    Rule anyObject() {
        if (object == null) {
            object = network.rule();
            int member = network.state();
            int first = network.state();
            int after = network.state();
            network.bytes(object.start(), '{', '{', first);
            int close = network.state();
            network.call(first, blank(), close);
            network.bytes(close, '}', '}', object.end());
            network.call(first, blank(), member);
            int colon = network.state();
            network.call(member, string(), colon);
            int content = network.state();
            colon(colon, content);
            network.call(content, anyValue(), after);
            network.silent(after, first(close));
            int more = network.state();
            network.bytes(after, ',', ',', more);
            network.call(more, blank(), member);
        }
        return object;
    }

    /** A state from which blanks lead to {@code close}. */
    private int first(int close) {
        int state = network.state();
        network.call(state, blank(), close);
        return state;
    }

    /** A colon with a blank behind it or none. */
    void colon(int from, int to) {
        int after = network.state();
        network.bytes(from, ':', ':', after);
        network.silent(after, to);
        network.bytes(after, ' ', ' ', to);
    }

    /** Any list. */
    Rule anyArray() {
        if (array == null) {
            array = network.rule();
            int first = network.state();
            int element = network.state();
            int close = network.state();
            int after = network.state();
            network.bytes(array.start(), '[', '[', first);
            network.call(first, blank(), close);
            network.bytes(close, ']', ']', array.end());
            network.call(first, blank(), element);
            network.call(element, anyValue(), after);
            network.silent(after, first(close));
            int more = network.state();
            network.bytes(after, ',', ',', more);
            network.call(more, blank(), element);
        }
        return array;
    }
}
