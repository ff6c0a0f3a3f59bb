package org.tornadomla.benchmarks;

/**
 * The power law y = factor x^exponent that is nearest to points, by least squares of logarithms.
 *
 * @param exponent 1 where y grows as x does
 * @param factor   y at x = 1
 */
record PowerFit(double exponent, double factor) {

    /**
     * Fits at least two points with different x, all positive.
     *
     * @throws IllegalArgumentException when there are fewer
     */
    static PowerFit of(double[] x, double[] y) {
        int count = x.length;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < count; i++) {
            meanX += Math.log(x[i]) / count;
            meanY += Math.log(y[i]) / count;
        }
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < count; i++) {
            double distance = Math.log(x[i]) - meanX;
            covariance += distance * (Math.log(y[i]) - meanY);
            variance += distance * distance;
        }
        if (!(variance > 0)) {
            throw new IllegalArgumentException(
                    "a power law needs two points with different x, given " + count + " points");
        }
        double exponent = covariance / variance;
        return new PowerFit(exponent, Math.exp(meanY - exponent * meanX));
    }
}
