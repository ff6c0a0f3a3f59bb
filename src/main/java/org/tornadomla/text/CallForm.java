package org.tornadomla.text;

import java.util.Optional;
import java.util.function.Function;

/**
 * How a family of models writes calls.
 *
 * @param sectionBegin what stands before the first call; empty if nothing does
 * @param sectionEnd   what stands behind the last call; empty if nothing does
 * @param begin        what a call starts with
 * @param end          what it ends with
 * @param quoting      what may hold {@code end} as mere text: within strings of JSON, or between a pair of marks
 * @param reader       what a call says, between begin and end; nothing if it is none
 * @param body         what a call says around its arguments, between begin and end; nothing if they are no object of
 *                         JSON
 */
record CallForm(String sectionBegin, String sectionEnd, String begin, String end, Quoting quoting, Reader reader,
        Optional<Function<String, CallFrame>> body) {

    /** Reads what stands between begin and end of a call. */
    interface Reader {
        Optional<ToolCall> read(String body);
    }

    /** What shields the end of a call. */
    enum Quoting {
        /** Strings of JSON. */
        JSON_STRINGS("\"", "\""),
        /** {@code <arg_value>} and its end. */
        VALUES("<arg_value>", "</arg_value>"),
        /** A parameter of DeepSeek-V3.2's markup and its end. */
        PARAMETERS("<｜DSML｜parameter ", "</｜DSML｜parameter>");

        private final String opens;
        private final String closes;

        Quoting(String opens, String closes) {
            this.opens = opens;
            this.closes = closes;
        }
    }

    /** A call of a function as the only one of an answer; nothing where the form cannot say it. */
    Optional<CallFrame> frame(String name) {
        return body.map(around -> around.apply(name))
                .filter(inner -> reader.read(inner.before() + "{}" + inner.after())
                        .filter(call -> call.name().equals(name)).isPresent())
                .map(inner -> new CallFrame(sectionBegin + begin + inner.before(), inner.after() + end + sectionEnd));
    }

    /** What the text for calls starts with. */
    String opening() {
        return sectionBegin.isEmpty() ? begin : sectionBegin;
    }

    boolean hasSection() {
        return !sectionBegin.isEmpty();
    }

    /**
     * Where a call ends that starts at the front of a text.
     *
     * @param body the text behind {@code begin}
     * @return where {@code end} starts; -1 if it has not come yet
     */
    int endOf(String body) {
        boolean shielded = false;
        for (int i = 0; i < body.length(); i++) {
            if (quoting == Quoting.JSON_STRINGS) {
                char c = body.charAt(i);
                if (shielded && c == '\\') {
                    i++;
                    continue;
                }
                shielded ^= c == '"';
            } else {
                shielded = (shielded || body.startsWith(quoting.opens, i)) && !body.startsWith(quoting.closes, i);
            }
            if (!shielded && body.startsWith(end, i)) {
                return i;
            }
        }
        return -1;
    }
}
