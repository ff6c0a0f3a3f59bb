package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** A size, option or configuration file that describes no model this library can run. */
@PublicApi
public class ConfigurationException extends MlaException {

    /**
     * An exception with a message for the user.
     *
     * @param message the key, the value given and the values allowed
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * An exception with a message for the user.
     *
     * @param message the key, the value given and the values allowed
     * @param cause   the failure underneath
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
