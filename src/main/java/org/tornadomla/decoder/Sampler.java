package org.tornadomla.decoder;

import java.util.BitSet;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.SamplingException;

/**
 * Chooses the next token of one text from the logits. The order is that of Hugging Face transformers: repetition
 * penalty, temperature, top-k, top-p, min-p, and a draw from what is left. Random numbers come from the JDK's
 * {@link SplittableRandom}, whose sequence for a seed is the same on every machine; a greedy sampler draws none.
 *
 * <p>One object serves one text and one thread.
 */
@PublicApi
public final class Sampler {

    private final SamplerConfig config;
    private final SplittableRandom random;
    private final BitSet occurred = new BitSet();
    private final @Nullable BitSet known;

    /** A sampler at the start of a text, which may choose any token. */
    public Sampler(SamplerConfig config) {
        this(config, null);
    }

    /**
     * A sampler at the start of a text.
     *
     * @param known ids that may be chosen, not copied; null for all
     */
    public Sampler(SamplerConfig config, @Nullable BitSet known) {
        this.config = config;
        this.known = known;
        this.random = new SplittableRandom(config.seed());
    }

    /** Takes note of tokens that occurred without being chosen here: those of the prompt. */
    public void observe(int... ids) {
        for (int id : ids) {
            occurred.set(id);
        }
    }

    /**
     * Chooses a token and takes note of it.
     *
     * @param logits [vocabulary size], not modified; negative infinity excludes a token
     * @return its id; of equal logits a greedy sampler takes the lower id
     * @throws SamplingException when a logit is NaN or positive infinity, or none is above negative infinity
     */
    public int next(float[] logits) {
        int id = config.isGreedy() ? largest(penalised(logits)) : draw(probabilities(logits));
        occurred.set(id);
        return id;
    }

    /** What it needs of a row of logits. */
    Candidates candidates() {
        if (config.repetitionPenalty() != 1) {
            return Candidates.ALL_LOGITS;
        }
        if (config.isGreedy()) {
            return new Candidates(1, known);
        }
        // One more than it keeps says whether the last is one of several that are equal.
        return config.topK() > 0
                ? new Candidates((int) Math.min(config.topK() + 1L, Integer.MAX_VALUE), known)
                : Candidates.ALL_LOGITS;
    }

    /**
     * The probabilities from which {@link #next} draws: those of excluded tokens are 0, all together are 1.
     *
     * @param logits [vocabulary size], not modified
     * @return [vocabulary size]
     * @throws SamplingException as {@link #next}
     */
    public double[] probabilities(float[] logits) {
        float[] scores = penalised(logits);
        int best = largest(scores);
        double[] probabilities = new double[scores.length];
        if (config.isGreedy()) {
            probabilities[best] = 1;
            return probabilities;
        }
        for (int id = 0; id < scores.length; id++) {
            probabilities[id] = Math.exp((scores[id] - (double) scores[best]) / config.temperature());
        }
        if (config.topK() > 0) {
            TokenFilters.topK(scores, config.topK(), probabilities);
        }
        TokenFilters.normalise(probabilities);
        if (config.topP() < 1) {
            TokenFilters.topP(config.topP(), probabilities);
        }
        TokenFilters.minP(config.minP(), probabilities[best], probabilities);
        TokenFilters.normalise(probabilities);
        return probabilities;
    }

    /** The logits with the penalty on tokens that occurred, checked. */
    private float[] penalised(float[] logits) {
        float[] scores = logits.clone();
        for (int id = 0; id < scores.length; id++) {
            if (Float.isNaN(scores[id]) || scores[id] == Float.POSITIVE_INFINITY) {
                throw new SamplingException("logit " + id + " of " + scores.length + " is " + scores[id]
                        + "; must be a finite number or negative infinity");
            }
        }
        if (known != null) {
            for (int id = known.nextClearBit(0); id < scores.length; id = known.nextClearBit(id + 1)) {
                scores[id] = Float.NEGATIVE_INFINITY;
            }
        }
        if (config.repetitionPenalty() != 1) {
            occurred.stream().takeWhile(id -> id < scores.length).forEach(id -> scores[id] = penalised(scores[id]));
        }
        return scores;
    }

    /** The penalty on one logit; it excludes no token, however large the logit is. */
    private float penalised(float logit) {
        float penalty = (float) config.repetitionPenalty();
        float score = logit < 0 ? logit * penalty : logit / penalty;
        return logit == Float.NEGATIVE_INFINITY ? logit : Math.clamp(score, -Float.MAX_VALUE, Float.MAX_VALUE);
    }

    /** Id of the largest score, the lower of equal ones. */
    private static int largest(float[] scores) {
        int best = -1;
        for (int id = 0; id < scores.length; id++) {
            if (scores[id] > (best < 0 ? Float.NEGATIVE_INFINITY : scores[best])) {
                best = id;
            }
        }
        if (best < 0) {
            throw new SamplingException("none of " + scores.length + " logits is above negative infinity");
        }
        return best;
    }

    private int draw(double[] probabilities) {
        double point = random.nextDouble();
        double passed = 0;
        int last = -1;
        for (int id = 0; id < probabilities.length; id++) {
            if (probabilities[id] > 0) {
                passed += probabilities[id];
                last = id;
                if (point < passed) {
                    return id;
                }
            }
        }
        // The sum may round to just under 1; then the point lies behind the last token.
        return last;
    }
}
