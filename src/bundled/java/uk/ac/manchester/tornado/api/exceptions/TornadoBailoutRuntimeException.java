package uk.ac.manchester.tornado.api.exceptions;

/** A task that a device cannot compile or run. */
public class TornadoBailoutRuntimeException extends RuntimeException {

    /** A failure with a message for people. */
    public TornadoBailoutRuntimeException(String message) {
        super(message);
    }

    /** A failure with a message for people and its cause. */
    public TornadoBailoutRuntimeException(String message, Exception cause) {
        super(message, cause);
    }
}
