package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.SamplingException;
import org.tornadomla.error.ShapeException;

/** How likely a model holds a token to be, from the logits that {@link Decoder#score} gives. */
@PublicApi
public final class LogLikelihood {

    private LogLikelihood() {
    }

    /**
     * The natural logarithm of what a token is given among all. The sum over the tokens of a text is that of the text.
     *
     * @param logits [vocab_size] as a decoder gave them, of the token before
     * @param token  id of the token
     * @throws ShapeException    when the vocabulary has no such id
     * @throws SamplingException when the logits are no numbers
     */
    public static double of(float[] logits, int token) {
        if (token < 0 || token >= logits.length) {
            throw new ShapeException("token id is " + token + ", must be from 0 to " + (logits.length - 1));
        }
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        if (Double.isNaN(sum)) {
            throw new SamplingException(
                    "the logits have no largest number, but " + largest + ": the computation before them went wrong");
        }
        return logits[token] - largest - Math.log(sum);
    }
}
