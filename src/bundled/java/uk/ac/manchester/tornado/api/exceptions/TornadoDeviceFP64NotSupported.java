package uk.ac.manchester.tornado.api.exceptions;

/** A task on 64-bit floats for a device that has none. */
public class TornadoDeviceFP64NotSupported extends RuntimeException {

    /** A failure with a message for people. */
    public TornadoDeviceFP64NotSupported(String message) {
        super(message);
    }
}
