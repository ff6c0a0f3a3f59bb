package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** A computation that its caller interrupted; sequences are as they were before it. */
@PublicApi
public final class InterruptedWorkException extends MlaException {

    private static final long serialVersionUID = 1L;

    /** An error that says what was interrupted. */
    public InterruptedWorkException(String message) {
        super(message);
    }
}
