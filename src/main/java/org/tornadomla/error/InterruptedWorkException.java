package org.tornadomla.error;

/** A computation that its caller interrupted; sequences are as they were before it. */
public final class InterruptedWorkException extends MlaException {

    private static final long serialVersionUID = 1L;

    /** An error that says what was interrupted. */
    public InterruptedWorkException(String message) {
        super(message);
    }
}
