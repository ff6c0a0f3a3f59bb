package org.tornadomla.blocks;

/**
 * Finds, for a group of numbers, the scale with which whole numbers from {@code -levels} to {@code levels - 1} come
 * closest; the scale may be negative. Errors weigh by the square of the number, as in {@link AffineFit}.
 */
final class SymmetricFit {

    /** Candidates on either side of the plain step. */
    private static final int CANDIDATES = 9;
    /** Distance of two candidates, in levels. */
    private static final float DISTANCE = 0.1f;

    private final int length;
    private final int levels;

    SymmetricFit(int length, int levels) {
        this.length = length;
        this.levels = levels;
    }

    /** The scale; 0 for a group of zeros. */
    float scale(float[] source, int from) {
        float extreme = 0;
        for (int i = 0; i < length; i++) {
            float value = source[from + i];
            extreme = Math.abs(value) > Math.abs(extreme) ? value : extreme;
        }
        if (extreme == 0) {
            return 0;
        }
        float best = extreme / -levels;
        double bestGain = Double.NEGATIVE_INFINITY;
        for (int candidate = -CANDIDATES; candidate <= CANDIDATES; candidate++) {
            float inverse = -(levels + DISTANCE * candidate) / extreme;
            double sumXq = 0;
            double sumQq = 0;
            for (int i = 0; i < length; i++) {
                double value = source[from + i];
                int number = Math.clamp(Math.round(source[from + i] * inverse), -levels, levels - 1);
                double weight = value * value;
                sumXq += weight * value * number;
                sumQq += weight * number * number;
            }
            // The error of the best scale for these numbers is a constant less this gain.
            double gain = sumQq > 0 ? sumXq * sumXq / sumQq : Double.NEGATIVE_INFINITY;
            if (gain > bestGain) {
                bestGain = gain;
                best = (float) (sumXq / sumQq);
            }
        }
        return best;
    }
}
