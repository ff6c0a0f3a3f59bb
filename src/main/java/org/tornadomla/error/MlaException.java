package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** Parent of every exception that this library throws on its own account; unchecked. */
@PublicApi
public class MlaException extends RuntimeException {

    /**
     * An exception with a message for the user.
     *
     * @param message what was given, what is allowed, and where
     */
    public MlaException(String message) {
        super(message);
    }

    /**
     * An exception with a message for the user.
     *
     * @param message what was given, what is allowed, and where
     * @param cause   the failure underneath
     */
    public MlaException(String message, Throwable cause) {
        super(message, cause);
    }
}
