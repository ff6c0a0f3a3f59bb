package uk.ac.manchester.tornado.api.exceptions;

/** A buffer that the device has no memory for. */
public class TornadoOutOfMemoryException extends RuntimeException {

    /** A failure with a message for people. */
    public TornadoOutOfMemoryException(String message) {
        super(message);
    }
}
