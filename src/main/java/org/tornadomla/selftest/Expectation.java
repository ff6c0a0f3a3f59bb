package org.tornadomla.selftest;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.tornadomla.graph.Step;

/**
 * What a step finds in its arrays and what it must leave there, by its kernel's method run as plain Java.
 *
 * @param before  all arrays of the step
 * @param results the arrays that it writes
 */
record Expectation(List<Content> before, List<Result> results) {

    private static final int[] FLOAT_POISON = {Float.floatToRawIntBits(Float.NaN), Float.floatToRawIntBits(1e30f)};
    /** Counts and indices that no loop takes and no array has. */
    private static final int[] INT_POISON = {-1, -2};

    /**
     * An array that a step writes.
     *
     * @param after    what it holds then
     * @param written  elements that the step writes
     * @param poisoned whether what it held before does not matter, so that poison may stand there
     */
    record Result(Content after, BitSet written, boolean poisoned) {
    }

    /** Runs the step on what its arrays hold now, and leaves them as they are after it. */
    static Expectation of(Step step, List<Object> arrays) {
        List<Content> before = arrays.stream().map(Content::of).toList();
        step.java().run();
        List<Content> after = arrays.stream().map(Content::of).toList();
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < arrays.size(); i++) {
            BitSet changed = differing(before.get(i), after.get(i));
            if (!changed.isEmpty()) {
                BitSet replaced = replaced(step, before, i);
                results.add(new Result(after.get(i), replaced.isEmpty() ? changed : replaced, !replaced.isEmpty()));
            }
        }
        after.forEach(Content::restore);
        return new Expectation(before, results);
    }

    /** The elements that the step writes without reading the array: those that come out alike whatever stood there. */
    private static BitSet replaced(Step step, List<Content> before, int index) {
        int[] poison = poison(before.get(index));
        Content first = poisonedRun(step, before, index, poison[0]);
        Content second = poisonedRun(step, before, index, poison[1]);
        BitSet replaced = new BitSet();
        if (first == null || second == null) {
            return replaced;
        }
        for (int i = 0; i < first.bits().length; i++) {
            boolean kept = first.bits()[i] == poison[0] && second.bits()[i] == poison[1];
            if (!kept && first.bits()[i] != second.bits()[i]) {
                return new BitSet();
            }
            replaced.set(i, !kept);
        }
        return replaced;
    }

    /** What the array holds after a run over poison; null when the step reads the poison as an index. */
    private static Content poisonedRun(Step step, List<Content> before, int index, int poison) {
        before.forEach(Content::restore);
        Content content = before.get(index);
        for (int i = 0; i < content.bits().length; i++) {
            Content.set(content.array(), i, poison);
        }
        try {
            step.java().run();
        } catch (RuntimeException e) {
            return null;
        }
        return Content.of(content.array());
    }

    private static int[] poison(Content content) {
        return content.isInt() ? INT_POISON : FLOAT_POISON;
    }

    private static BitSet differing(Content a, Content b) {
        BitSet differing = new BitSet();
        for (int i = 0; i < a.bits().length; i++) {
            differing.set(i, a.bits()[i] != b.bits()[i]);
        }
        return differing;
    }

    /** Fills the arrays as the step finds them, with poison where it may not look. */
    void prepare() {
        before.forEach(Content::restore);
        for (Result result : results) {
            if (result.poisoned()) {
                for (int i = result.written().nextSetBit(0); i >= 0; i = result.written().nextSetBit(i + 1)) {
                    Content.set(result.after().array(), i, poison(result.after())[0]);
                }
            }
        }
    }
}
