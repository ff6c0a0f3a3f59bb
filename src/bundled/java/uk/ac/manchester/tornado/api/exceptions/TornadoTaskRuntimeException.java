package uk.ac.manchester.tornado.api.exceptions;

/** A task or an argument that a graph cannot take. */
public class TornadoTaskRuntimeException extends RuntimeException {

    /** A failure with a message for people. */
    public TornadoTaskRuntimeException(String message) {
        super(message);
    }

    /** A failure with a message for people and its cause. */
    public TornadoTaskRuntimeException(String message, Exception cause) {
        super(message, cause);
    }
}
