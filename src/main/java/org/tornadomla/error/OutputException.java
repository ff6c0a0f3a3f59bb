package org.tornadomla.error;

/** Output that cannot be written: a full disk, or a reader that went away. */
public final class OutputException extends MlaException {

    private static final long serialVersionUID = 1L;

    /** An error that says what the system said. */
    public OutputException(String message) {
        super(message);
    }
}
