package org.tornadomla.decoder;

import java.util.Arrays;

/** The filters of a sampler: each sets the probabilities of tokens that it excludes to 0. */
final class TokenFilters {

    private TokenFilters() {
    }

    /**
     * Keeps the tokens whose score is at least the k-th largest, ties included.
     *
     * @param scores        [vocabulary size], not modified
     * @param probabilities [vocabulary size], modified
     */
    static void topK(float[] scores, int k, double[] probabilities) {
        if (k >= scores.length) {
            return;
        }
        float[] sorted = scores.clone();
        Arrays.sort(sorted);
        float least = sorted[sorted.length - k];
        for (int id = 0; id < scores.length; id++) {
            if (scores[id] < least) {
                probabilities[id] = 0;
            }
        }
    }

    /**
     * Keeps, in order of falling probability and rising id, the tokens before which less than {@code p} has been
     * collected; so at least one stays.
     *
     * @param probabilities [vocabulary size], their sum 1, modified
     */
    static void topP(double p, double[] probabilities) {
        // All tokens below this threshold together have at most 1 - p, so none of them can stay: only the rest is
        // sorted.
        double threshold = (1 - p) / probabilities.length;
        int[] candidates = new int[probabilities.length];
        int count = 0;
        for (int id = 0; id < probabilities.length; id++) {
            if (probabilities[id] >= threshold && probabilities[id] > 0) {
                candidates[count++] = id;
            }
        }
        int[] ordered = Arrays.stream(candidates, 0, count).boxed()
                .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a])).mapToInt(Integer::intValue)
                .toArray();
        double[] kept = new double[probabilities.length];
        double collected = 0;
        for (int i = 0; i < count && collected < p; i++) {
            kept[ordered[i]] = probabilities[ordered[i]];
            collected += probabilities[ordered[i]];
        }
        System.arraycopy(kept, 0, probabilities, 0, kept.length);
    }

    /**
     * Keeps the tokens with at least a share of the largest probability.
     *
     * @param probabilities [vocabulary size], modified
     */
    static void minP(double share, double largest, double[] probabilities) {
        for (int id = 0; id < probabilities.length; id++) {
            if (probabilities[id] < share * largest) {
                probabilities[id] = 0;
            }
        }
    }

    /** Divides by the sum, which must not be 0. */
    static void normalise(double[] probabilities) {
        double sum = 0;
        for (double probability : probabilities) {
            sum += probability;
        }
        for (int id = 0; id < probabilities.length; id++) {
            probabilities[id] /= sum;
        }
    }
}
