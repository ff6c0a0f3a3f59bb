package org.tornadomla.tutorial;

/** Chapter 2. Attention of one head in plain Java, to read; the task graphs compute the same. */
final class AttentionHead {

    private AttentionHead() {
    }

    // page: one-head
    /**
     * What a query sees: a mean of the values, in which those weigh most whose keys are most like the query.
     *
     * @param query  [size]
     * @param keys   [letters, size]
     * @param values [letters, size]
     * @return [size]
     */
    static double[] attend(double[] query, double[][] keys, double[][] values) {
        double[] weights = new double[keys.length];
        double sum = 0;
        for (int key = 0; key < keys.length; key++) {
            weights[key] = Math.exp(dot(query, keys[key]) / Math.sqrt(query.length));
            sum += weights[key];
        }
        double[] seen = new double[values[0].length];
        for (int key = 0; key < keys.length; key++) {
            for (int i = 0; i < seen.length; i++) {
                seen[i] += weights[key] / sum * values[key][i];
            }
        }
        return seen;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
    // end
}
