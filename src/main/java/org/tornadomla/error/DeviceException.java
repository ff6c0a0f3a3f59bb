package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** A device, driver or SDK that cannot do what was asked; caches and files stay as they were. */
@PublicApi
public class DeviceException extends MlaException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a message for the user.
     *
     * @param message what was to be done, on which device, and what stands against it
     */
    public DeviceException(String message) {
        super(message);
    }

    /**
     * An exception with a message for the user.
     *
     * @param message what was to be done, on which device, and what stands against it
     * @param cause   the failure of the runtime or the driver
     */
    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What a runtime says of a failure, fit for a message: without TornadoVM's colours and the stack trace that it
     * writes into its own.
     *
     * @param failure of the runtime or the driver
     */
    public static String reason(Throwable failure) {
        if (failure.getMessage() == null) {
            return failure.toString();
        }
        String plain = failure.getMessage().replaceAll("\u001B\\[[0-9;]*m", "");
        int trace = plain.indexOf("Stacktrace:");
        return (trace < 0 ? plain : plain.substring(0, trace)).strip();
    }
}
