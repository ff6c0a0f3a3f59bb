package org.tornadomla.selftest;

import org.tornadomla.graph.Variants;

/**
 * What a self-test found.
 *
 * @param passed   whether the device may be used
 * @param finding  operations that were checked, or what was wrong
 * @param variants the kernels that passed
 */
public record Verdict(boolean passed, String finding, Variants variants) {

    @Override
    public String toString() {
        return (passed ? "passed, " : "FAILED: ") + finding;
    }
}
