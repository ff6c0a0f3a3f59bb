package uk.ac.manchester.tornado.api.exceptions;

/** A device index that no device has. */
public class TornadoDeviceNotFound extends TornadoRuntimeException {

    /** A failure with a message for people. */
    public TornadoDeviceNotFound(String message) {
        super(message);
    }
}
