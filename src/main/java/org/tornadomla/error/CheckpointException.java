package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** A checkpoint file that cannot be read, lies about itself, or does not fit its configuration. */
@PublicApi
public class CheckpointException extends MlaException {

    /**
     * An exception with a message for the user.
     *
     * @param message the file, what is wrong and what was expected
     */
    public CheckpointException(String message) {
        super(message);
    }

    /**
     * An exception with a message for the user.
     *
     * @param message the file, what is wrong and what was expected
     * @param cause   the failure underneath
     */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
