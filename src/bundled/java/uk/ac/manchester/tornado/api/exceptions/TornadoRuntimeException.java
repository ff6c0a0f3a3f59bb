package uk.ac.manchester.tornado.api.exceptions;

/** A graph or plan that cannot run as asked. */
public class TornadoRuntimeException extends RuntimeException {

    /** A failure with a message for people. */
    public TornadoRuntimeException(String message) {
        super(message);
    }

    /** A failure caused by another. */
    public TornadoRuntimeException(Exception cause) {
        super(cause);
    }
}
