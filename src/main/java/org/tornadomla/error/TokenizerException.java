package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/**
 * The tokenizer files of a checkpoint, or its chat template, cannot be used; the message names the file and the reason.
 */
@PublicApi
public final class TokenizerException extends MlaException {

    private static final long serialVersionUID = 1L;

    /** An error with its reason and, where there is one, what to do. */
    public TokenizerException(String message) {
        super(message);
    }

    /** An error that another exception caused. */
    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
