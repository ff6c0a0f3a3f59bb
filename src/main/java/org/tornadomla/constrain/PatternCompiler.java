package org.tornadomla.constrain;

import org.tornadomla.constrain.Network.Rule;

/**
 * Turns a regular expression of a schema, in the language of ECMA-262, into the rule of the JSON strings that it
 * matches. What is no regular language (looking around, references back) is refused by its place.
 */
final class PatternCompiler {

    /** Most repetitions that a count may ask for. */
    private static final int REPETITIONS = 2000;

    private final Network network;
    private final String pattern;
    private final String place;
    private final Rule rule;
    private int at;

    PatternCompiler(Network network, String pattern, String place) {
        this.network = network;
        this.pattern = pattern;
        this.place = place;
        this.rule = network.rule();
        int open = network.state();
        int close = network.state();
        network.bytes(rule.start(), '"', '"', open);
        network.bytes(close, '"', '"', rule.end());
        // A pattern may match anywhere in the string unless its ends say otherwise; each alternative says it for
        // itself.
        alternatives(open, close, true);
        if (at < pattern.length()) {
            throw wrong("a closing bracket without an opening one");
        }
    }

    Rule rule() {
        return rule;
    }

    private SchemaException wrong(String reason) {
        return new SchemaException(place, "the pattern " + pattern + " has at " + at + " " + reason);
    }

    private boolean next(char wanted) {
        if (at < pattern.length() && pattern.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void alternatives(int from, int to, boolean outermost) {
        do {
            sequence(from, to, outermost);
        } while (next('|'));
    }

    private void sequence(int from, int to, boolean outermost) {
        int state = network.state();
        network.silent(from, state);
        if (outermost && !next('^')) {
            CharacterSet.ALL.spell(network, state, state);
        }
        boolean ended = false;
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            if (ended) {
                throw wrong("something behind $, which nothing can match");
            }
            if (outermost && next('$')) {
                ended = true;
            } else {
                state = repeated(state);
            }
        }
        if (outermost && !ended) {
            int rest = network.state();
            network.silent(state, rest);
            CharacterSet.ALL.spell(network, rest, rest);
            state = rest;
        }
        network.silent(state, to);
    }

    /** An atom as often as what follows it says; its text is compiled again for each time that it may come. */
    private int repeated(int from) {
        int begin = at;
        int state = atom(from);
        int behind = at;
        int[] count = count();
        if (count == null) {
            return state;
        }
        int end = at;
        int least = count[0];
        int most = count[1];
        int current = from;
        int done = network.state();
        for (int i = 0; i < Math.max(least, most == Integer.MAX_VALUE ? 0 : most); i++) {
            if (i >= least) {
                network.silent(current, done);
            }
            current = again(begin, behind, current);
        }
        if (most == Integer.MAX_VALUE) {
            int loop = network.state();
            network.silent(current, loop);
            network.silent(again(begin, behind, loop), loop);
            network.silent(loop, done);
        } else {
            network.silent(current, done);
        }
        at = end;
        return done;
    }

    private int again(int begin, int behind, int from) {
        at = begin;
        int state = atom(from);
        at = behind;
        return state;
    }

    /** How often an atom comes; null for once. */
    private int[] count() {
        int[] count;
        if (next('*')) {
            count = new int[]{0, Integer.MAX_VALUE};
        } else if (next('+')) {
            count = new int[]{1, Integer.MAX_VALUE};
        } else if (next('?')) {
            count = new int[]{0, 1};
        } else if (next('{')) {
            int least = number();
            int most = next(',') ? pattern.startsWith("}", at) ? Integer.MAX_VALUE : number() : least;
            if (!next('}') || most < least) {
                throw wrong("a count that is none, must be {n}, {n,} or {n,m}");
            }
            count = new int[]{least, most};
        } else {
            return null;
        }
        // Whether a match is the longest does not change what matches.
        next('?');
        return count;
    }

    private int number() {
        int start = at;
        while (at < pattern.length() && Character.isDigit(pattern.charAt(at)) && at - start < 6) {
            at++;
        }
        int value = at == start ? -1 : Integer.parseInt(pattern.substring(start, at));
        if (value < 0 || value > REPETITIONS) {
            throw wrong("a count that is not from 0 to " + REPETITIONS);
        }
        return value;
    }

    private int atom(int from) {
        int to = network.state();
        if (next('(')) {
            if (next('?') && !next(':')) {
                throw wrong("a group that looks around or has a name, which cannot be kept to; use (?:...) or (...)");
            }
            alternatives(from, to, false);
            if (!next(')')) {
                throw wrong("the end, and a group is open");
            }
            return to;
        }
        set().spell(network, from, to);
        return to;
    }

    private CharacterSet set() {
        if (at == pattern.length()) {
            throw wrong("the end where something must come");
        }
        int character = pattern.codePointAt(at);
        at += Character.charCount(character);
        return switch (character) {
            case '.' -> CharacterSet.POINT;
            case '[' -> bracket();
            case '\\' -> escape();
            case '^', '$' -> throw wrong("an end of the string in the middle, which cannot be kept to");
            case '*', '+', '?', '{' -> throw wrong("a count with nothing in front of it");
            default -> CharacterSet.of(character, character);
        };
    }

    private CharacterSet bracket() {
        boolean negated = next('^');
        CharacterSet all = null;
        while (!next(']')) {
            CharacterSet one = member();
            int first = one.ranges().getFirst()[0];
            if (pattern.startsWith("-", at) && !pattern.startsWith("-]", at) && one.ranges().size() == 1
                    && first == one.ranges().getFirst()[1]) {
                at++;
                int last = member().ranges().getFirst()[0];
                if (last < first) {
                    throw wrong("a range that goes backwards");
                }
                one = CharacterSet.of(first, last);
            }
            all = all == null ? one : all.and(one);
        }
        if (all == null) {
            throw wrong("an empty class, which nothing matches");
        }
        return negated ? all.not() : all;
    }

    private CharacterSet member() {
        if (at == pattern.length()) {
            throw wrong("the end, and a class is open");
        }
        int character = pattern.codePointAt(at);
        at += Character.charCount(character);
        return character == '\\' ? escape() : CharacterSet.of(character, character);
    }

    private CharacterSet escape() {
        if (at == pattern.length()) {
            throw wrong("the end behind a backslash");
        }
        char kind = pattern.charAt(at++);
        return switch (kind) {
            case 'd' -> CharacterSet.DIGITS;
            case 'D' -> CharacterSet.DIGITS.not();
            case 'w' -> CharacterSet.WORD;
            case 'W' -> CharacterSet.WORD.not();
            case 's' -> CharacterSet.SPACE;
            case 'S' -> CharacterSet.SPACE.not();
            case 'n' -> CharacterSet.of('\n', '\n');
            case 'r' -> CharacterSet.of('\r', '\r');
            case 't' -> CharacterSet.of('\t', '\t');
            case 'f' -> CharacterSet.of('\f', '\f');
            case 'v' -> CharacterSet.of(0x0B, 0x0B);
            case 'x' -> code(2);
            case 'u' -> code(4);
            default -> {
                if (Character.isLetterOrDigit(kind)) {
                    throw wrong("\\" + kind + ", which cannot be kept to");
                }
                yield CharacterSet.of(kind, kind);
            }
        };
    }

    private CharacterSet code(int digits) {
        int end = Math.min(pattern.length(), at + digits);
        String hex = pattern.substring(at, end);
        if (!hex.matches("[0-9a-fA-F]{" + digits + "}")) {
            throw wrong("a code that has not " + digits + " hexadecimal digits");
        }
        at = end;
        int character = Integer.parseInt(hex, 16);
        return CharacterSet.of(character, character);
    }
}
