package org.tornadomla.blocks;

/**
 * Finds, for a group of numbers, the scale and the least value with which whole numbers from 0 to a largest one come
 * closest: x is about {@code scale * q - least}, both not negative. Large numbers matter more than small ones, since
 * their errors weigh more in a product.
 *
 * <p>Steps around the plain one (range divided by levels) give candidates of whole numbers; for each, the best scale
 * and least value follow from linear least squares. The candidate of the smallest weighted error wins.
 */
final class AffineFit {

    /** Candidates on either side of the plain step. */
    private static final int CANDIDATES = 12;
    /** Distance of two candidates, in levels. */
    private static final float DISTANCE = 0.1f;

    private final int length;
    private final int largest;
    private final float[] weights;
    private final int[] numbers;
    private float bestScale;
    private float bestLeast;
    private double bestError;

    /**
     * @param length  numbers a group
     * @param largest largest whole number
     */
    AffineFit(int length, int largest) {
        this.length = length;
        this.largest = largest;
        this.weights = new float[length];
        this.numbers = new int[length];
    }

    float scale() {
        return bestScale;
    }

    float least() {
        return bestLeast;
    }

    void fit(float[] source, int from) {
        float low = 0;
        float high = 0;
        double squares = 0;
        for (int i = 0; i < length; i++) {
            float value = source[from + i];
            low = Math.min(low, value);
            high = Math.max(high, value);
            squares += (double) value * value;
        }
        float typical = (float) Math.sqrt(squares / length);
        for (int i = 0; i < length; i++) {
            weights[i] = typical + Math.abs(source[from + i]);
        }
        bestScale = (high - low) / largest;
        bestLeast = -low;
        if (bestScale == 0) {
            return;
        }
        bestError = Double.POSITIVE_INFINITY;
        round(source, from, 1 / bestScale, low);
        consider(source, from, bestScale, bestLeast);
        for (int candidate = -CANDIDATES; candidate <= CANDIDATES; candidate++) {
            round(source, from, (largest + DISTANCE * candidate) / (high - low), low);
            solve(source, from);
        }
    }

    private void round(float[] source, int from, float inverse, float low) {
        for (int i = 0; i < length; i++) {
            numbers[i] = Math.clamp((int) ((source[from + i] - low) * inverse + 0.5f), 0, largest);
        }
    }

    /** Least squares for the whole numbers as they stand: the best line, or the best one through zero. */
    private void solve(float[] source, int from) {
        double sum = 0;
        double sumQ = 0;
        double sumQq = 0;
        double sumX = 0;
        double sumXq = 0;
        for (int i = 0; i < length; i++) {
            double weight = weights[i];
            double q = numbers[i];
            double x = source[from + i];
            sum += weight;
            sumQ += weight * q;
            sumQq += weight * q * q;
            sumX += weight * x;
            sumXq += weight * x * q;
        }
        double determinant = sum * sumQq - sumQ * sumQ;
        if (determinant <= 0) {
            return;
        }
        double scale = (sum * sumXq - sumQ * sumX) / determinant;
        double least = (sumQ * sumXq - sumQq * sumX) / determinant;
        if (least < 0) {
            least = 0;
            scale = sumXq / sumQq;
        }
        if (scale > 0) {
            consider(source, from, (float) scale, (float) least);
        }
    }

    private void consider(float[] source, int from, float scale, float least) {
        double error = 0;
        for (int i = 0; i < length; i++) {
            double difference = (double) scale * numbers[i] - least - source[from + i];
            error += weights[i] * difference * difference;
        }
        if (error < bestError) {
            bestError = error;
            bestScale = scale;
            bestLeast = least;
        }
    }
}
