package org.tornadomla.reference;

import java.util.Arrays;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.error.ShapeException;

/** The single operations of a decoder, one method each. None modifies its arguments. */
public final class Operations {

    private Operations() {
    }

    /**
     * Matrix product y = x W^T + b.
     *
     * @param x      [rows, in]
     * @param rows   number of rows
     * @param weight [out, in]
     * @param out    width of a result row
     * @param in     width of an input row
     * @param bias   [out], or null for none
     * @return [rows, out]
     */
    public static double[] matmul(double[] x, int rows, float[] weight, int out, int in, float[] bias) {
        requireLength("x", x.length, rows, in);
        requireLength("weight", weight.length, out, in);
        if (bias != null) {
            requireLength("bias", bias.length, 1, out);
        }
        double[] y = new double[rows * out];
        for (int row = 0; row < rows; row++) {
            for (int o = 0; o < out; o++) {
                double sum = bias == null ? 0 : bias[o];
                for (int i = 0; i < in; i++) {
                    sum += x[row * in + i] * weight[o * in + i];
                }
                y[row * out + o] = sum;
            }
        }
        return y;
    }

    /**
     * Root-mean-square norm of every row: x / sqrt(mean(x^2) + eps) * weight.
     *
     * @param x      [rows, width], where width is the weight's length
     * @param rows   number of rows
     * @param weight [width]
     * @param eps    added to the mean square
     * @return [rows, width]
     */
    public static double[] rmsNorm(double[] x, int rows, float[] weight, double eps) {
        int width = weight.length;
        requireLength("x", x.length, rows, width);
        double[] y = new double[x.length];
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                squares += x[i] * x[i];
            }
            double factor = 1 / Math.sqrt(squares / width + eps);
            for (int i = 0; i < width; i++) {
                y[row * width + i] = x[row * width + i] * factor * weight[i];
            }
        }
        return y;
    }

    /**
     * Layer norm of every row: (x - mean) / sqrt(variance + eps) * weight + bias.
     *
     * @param x      [rows, width], where width is the weight's length
     * @param rows   number of rows
     * @param weight [width]
     * @param bias   [width]
     * @param eps    added to the variance
     * @return [rows, width]
     */
    public static double[] layerNorm(double[] x, int rows, float[] weight, float[] bias, double eps) {
        int width = weight.length;
        requireLength("x", x.length, rows, width);
        double[] y = new double[x.length];
        for (int row = 0; row < rows; row++) {
            double[] own = Arrays.copyOfRange(x, row * width, (row + 1) * width);
            double mean = Arrays.stream(own).sum() / width;
            double variance = Arrays.stream(own).map(value -> (value - mean) * (value - mean)).sum() / width;
            for (int i = 0; i < width; i++) {
                y[row * width + i] = (own[i] - mean) / Math.sqrt(variance + eps) * weight[i] + bias[i];
            }
        }
        return y;
    }

    /**
     * Rotary embedding of every row by its position, in the configuration's layout and with YaRN's factor on cosine and
     * sine.
     *
     * @param x         [rows, heads, dim]
     * @param positions position of each row; its length is the number of rows
     * @param heads     vectors a row
     * @param dim       width of a vector, even
     * @param rope      frequencies, factor and layout
     * @return [rows, heads, dim]
     */
    public static double[] rotary(double[] x, int[] positions, int heads, int dim, RopeConfig rope) {
        requireLength("x", x.length, positions.length, heads * dim);
        double[] frequencies = rope.inverseFrequencies(dim);
        double[] y = new double[x.length];
        for (int vector = 0; vector < positions.length * heads; vector++) {
            int position = positions[vector / heads];
            for (int pair = 0; pair < dim / 2; pair++) {
                int firstIn = vector * dim + pair * 2;
                int secondIn = firstIn + 1;
                int firstOut = firstIn;
                int secondOut = secondIn;
                int half = vector * dim + pair;
                switch (rope.layout()) {
                    case NEIGHBOURS -> {
                    }
                    case EVENS_THEN_ODDS -> {
                        firstOut = half;
                        secondOut = half + dim / 2;
                    }
                    case HALVES -> {
                        firstIn = half;
                        secondIn = half + dim / 2;
                        firstOut = firstIn;
                        secondOut = secondIn;
                    }
                }
                double cosine = Math.cos(position * frequencies[pair]) * rope.cosSinScale();
                double sine = Math.sin(position * frequencies[pair]) * rope.cosSinScale();
                y[firstOut] = x[firstIn] * cosine - x[secondIn] * sine;
                y[secondOut] = x[secondIn] * cosine + x[firstIn] * sine;
            }
        }
        return y;
    }

    /**
     * Softmax of one row.
     *
     * @param weights [keys], their sum is 1, or 0 where no key is visible
     * @param logSum  natural logarithm of the sum of exponentials; -infinity where no key is visible
     */
    public record Softmax(double[] weights, double logSum) {
    }

    /**
     * Softmax of one row of scores.
     *
     * @param scores [keys]; -infinity hides a key
     * @return weights and log-sum
     */
    public static Softmax softmax(double[] scores) {
        double largest = Arrays.stream(scores).max().orElse(Double.NEGATIVE_INFINITY);
        double[] weights = new double[scores.length];
        if (largest == Double.NEGATIVE_INFINITY) {
            return new Softmax(weights, Double.NEGATIVE_INFINITY);
        }
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            weights[i] = Math.exp(scores[i] - largest);
            sum += weights[i];
        }
        for (int i = 0; i < scores.length; i++) {
            weights[i] /= sum;
        }
        return new Softmax(weights, largest + Math.log(sum));
    }

    /**
     * Merges the results of attending to two disjoint sets of keys. A part that saw no key (log-sum -infinity) leaves
     * the other bit for bit.
     *
     * @param left        [width]
     * @param leftLogSum  natural log-sum of the left part
     * @param right       [width]
     * @param rightLogSum natural log-sum of the right part
     * @return [width], what attending to all keys at once gives
     */
    public static double[] merge(double[] left, double leftLogSum, double[] right, double rightLogSum) {
        if (rightLogSum == Double.NEGATIVE_INFINITY) {
            return left.clone();
        }
        if (leftLogSum == Double.NEGATIVE_INFINITY) {
            return right.clone();
        }
        double share = 1 / (1 + Math.exp(rightLogSum - leftLogSum));
        double[] merged = new double[left.length];
        for (int i = 0; i < merged.length; i++) {
            merged[i] = share * left[i] + (1 - share) * right[i];
        }
        return merged;
    }

    /**
     * The activation x * sigmoid(x).
     *
     * @param x any number
     * @return its activation
     */
    public static double silu(double x) {
        return x * sigmoid(x);
    }

    /**
     * The logistic function.
     *
     * @param x any number
     * @return 1 / (1 + e^-x)
     */
    public static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void requireLength(String argument, int length, int rows, int width) {
        if (length != (long) rows * width) {
            throw new ShapeException(argument + " has " + length + " numbers, expected " + rows + " rows of " + width);
        }
    }
}
