package uk.ac.manchester.tornado.api.exceptions;

/** A backend index that no backend has. */
public class TornadoBackendNotFound extends TornadoRuntimeException {

    /** A failure with a message for people. */
    public TornadoBackendNotFound(String message) {
        super(message);
    }
}
