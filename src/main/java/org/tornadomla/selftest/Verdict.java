package org.tornadomla.selftest;

/**
 * What a self-test found.
 *
 * @param passed  whether the device may be used
 * @param finding operations that were checked, or what was wrong
 */
public record Verdict(boolean passed, String finding) {

    @Override
    public String toString() {
        return (passed ? "passed, " : "FAILED: ") + finding;
    }
}
