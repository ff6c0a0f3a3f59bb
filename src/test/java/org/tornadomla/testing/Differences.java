package org.tornadomla.testing;

import java.util.function.UnaryOperator;

/**
 * Gradients by central differences in double precision: what a kernel's gradient is held against is the operation
 * itself, and no second derivation.
 */
public final class Differences {

    /** Half the distance of the two values: errors of h^2 and of roundings over h are about equal, near 1e-10. */
    private static final double STEP = 1e-5;

    private Differences() {
    }

    /**
     * Gradient of the sum of dY times f(x).
     *
     * @param f  the operation
     * @param x  where
     * @param dY of the results of f
     * @return as many numbers as x
     */
    public static double[] gradient(UnaryOperator<double[]> f, double[] x, double[] dY) {
        double[] gradient = new double[x.length];
        double[] moved = x.clone();
        for (int i = 0; i < x.length; i++) {
            moved[i] = x[i] + STEP;
            double above = sum(f.apply(moved), dY);
            moved[i] = x[i] - STEP;
            gradient[i] = (above - sum(f.apply(moved), dY)) / (2 * STEP);
            moved[i] = x[i];
        }
        return gradient;
    }

    private static double sum(double[] y, double[] dY) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * dY[i];
        }
        return sum;
    }
}
