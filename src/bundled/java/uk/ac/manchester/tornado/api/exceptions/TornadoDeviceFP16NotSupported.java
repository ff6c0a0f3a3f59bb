package uk.ac.manchester.tornado.api.exceptions;

/** A task on 16-bit floats for a device that has none. */
public class TornadoDeviceFP16NotSupported extends RuntimeException {

    /** A failure with a message for people. */
    public TornadoDeviceFP16NotSupported(String message) {
        super(message);
    }
}
