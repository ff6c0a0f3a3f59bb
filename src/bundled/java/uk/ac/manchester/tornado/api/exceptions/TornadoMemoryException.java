package uk.ac.manchester.tornado.api.exceptions;

/** A plan that needs more memory than it may. */
public class TornadoMemoryException extends RuntimeException {

    /** A failure with a message for people. */
    public TornadoMemoryException(String message) {
        super(message);
    }
}
