package org.tornadomla.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * States and transitions over bytes, in rules that call each other: what a finite automaton is, and a stack for what
 * nests. A rule begins at a state, ends at a state, and may be entered before it is filled, so that rules can recurse.
 *
 * <p>Built by one thread, then only read.
 */
final class Network {

    /** Most states: what a schema of a request may take. */
    static final int MOST_STATES = 1 << 20;

    private static final int[] NONE = {};

    private final List<int[]> bytes = new ArrayList<>();
    private final List<int[]> silent = new ArrayList<>();
    private final List<int[]> calls = new ArrayList<>();

    /**
     * A part of the network that is called as a whole.
     *
     * @param start where it begins
     * @param end   where it ends
     */
    record Rule(int start, int end) {
    }

    /** A new state. */
    int state() {
        if (bytes.size() == MOST_STATES) {
            throw SchemaException.tooLarge();
        }
        bytes.add(NONE);
        silent.add(NONE);
        calls.add(NONE);
        return bytes.size() - 1;
    }

    /** A new rule of two states that nothing connects yet. */
    Rule rule() {
        return new Rule(state(), state());
    }

    /** Lets the bytes from {@code low} to {@code high}, both included, lead on. */
    void bytes(int from, int low, int high, int to) {
        bytes.set(from, appended(bytes.get(from), low, high, to));
    }

    /** Lets a state lead to another without a byte. */
    void silent(int from, int to) {
        silent.set(from, appended(silent.get(from), to));
    }

    /** Lets a state lead to another by whatever a rule matches. */
    void call(int from, Rule rule, int to) {
        calls.set(from, appended(calls.get(from), rule.start(), rule.end(), to, 0));
    }

    /** {@link #call} of a rule that may come back to itself: how deep such calls stand in each other is bounded. */
    void nest(int from, Rule rule, int to) {
        calls.set(from, appended(calls.get(from), rule.start(), rule.end(), to, 1));
    }

    private static int[] appended(int[] list, int... more) {
        int[] longer = Arrays.copyOf(list, list.length + more.length);
        System.arraycopy(more, 0, longer, list.length, more.length);
        return longer;
    }

    /** Lets a text's bytes lead on, one after the other. */
    void text(int from, String text, int to) {
        byte[] all = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int at = from;
        for (int i = 0; i < all.length; i++) {
            int next = i == all.length - 1 ? to : state();
            bytes(at, all[i] & 0xFF, all[i] & 0xFF, next);
            at = next;
        }
        if (all.length == 0) {
            silent(from, to);
        }
    }

    /** Transitions of a state: low byte, high byte, target, and again. */
    int[] transitions(int state) {
        return bytes.get(state);
    }

    /** States that a state leads to without a byte. */
    int[] silentTargets(int state) {
        return silent.get(state);
    }

    /** Calls of a state: start of the rule, its end, where it goes on, 1 if it may nest for ever, and again. */
    int[] calls(int state) {
        return calls.get(state);
    }

    /** States so far. */
    int size() {
        return bytes.size();
    }
}
