package org.tornadomla.benchmarks;

/** Compares answers with references. */
final class Answers {

    private Answers() {
    }

    /**
     * Largest difference as a fraction of the largest magnitude.
     *
     * @param answer   numbers from {@code from} on
     * @param expected as many as are compared
     * @return NaN where the answer has a NaN
     */
    static double error(float[] answer, int from, double[] expected) {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(answer[from + i] - expected[i]));
        }
        return worst / largest;
    }

    /** The larger of two errors, NaN being the largest. */
    static double worse(double left, double right) {
        return Double.isNaN(left) || Double.isNaN(right) ? Double.NaN : Math.max(left, right);
    }
}
