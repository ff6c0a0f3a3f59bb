package org.tornadomla.error;

/** A device that failed at work, after it was accepted: what only it held is lost. */
public final class DeviceFailedException extends DeviceException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was being done, on which device, and what that said
     * @param cause   the failure of the runtime or the driver
     */
    public DeviceFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
