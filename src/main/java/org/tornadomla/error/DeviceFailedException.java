package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** A device that failed at work, after it was accepted: what only it held is lost. */
@PublicApi
public final class DeviceFailedException extends DeviceException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a message for the user.
     *
     * @param message what was being done, on which device, and what that said
     * @param cause   the failure of the runtime or the driver
     */
    public DeviceFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
