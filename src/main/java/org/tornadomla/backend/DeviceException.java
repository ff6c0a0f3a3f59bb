package org.tornadomla.backend;

import org.tornadomla.config.MlaException;

/** A device, driver or SDK that cannot do what was asked; caches and files stay as they were. */
public class DeviceException extends MlaException {

    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
