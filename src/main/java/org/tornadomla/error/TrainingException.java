package org.tornadomla.error;

/** A training that leads nowhere: its loss is no number any more. */
public final class TrainingException extends MlaException {

    private static final long serialVersionUID = 1L;

    /** An error that says at which step, and what to do. */
    public TrainingException(String message) {
        super(message);
    }
}
