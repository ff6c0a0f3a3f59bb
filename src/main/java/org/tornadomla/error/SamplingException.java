package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** The logits of a step leave no token to choose, or are no numbers: the computation before the sampler went wrong. */
@PublicApi
public final class SamplingException extends MlaException {

    private static final long serialVersionUID = 1L;

    /** An error that says which logit is unusable. */
    public SamplingException(String message) {
        super(message);
    }
}
