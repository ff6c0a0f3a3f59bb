package org.tornadomla.benchmarks;

/**
 * One value that the library aims at, and what was measured.
 *
 * @param what     in words
 * @param engine   which engine
 * @param target   in words, or "reported" where there is none
 * @param measured the value with its unit, or why there is none
 * @param best     the same from the least times instead of the medians, or nothing
 * @param reached  whether the target stands; null where there is no target or no value
 */
record TargetRow(String what, String engine, String target, String measured, String best, Boolean reached) {

    /** yes, no, or a dash. */
    String verdict() {
        if (reached == null) {
            return "-";
        }
        return reached ? "yes" : "no";
    }
}
