package org.tornadomla.constrain;

import org.tornadomla.error.ConfigurationException;

/** A schema that cannot be kept to; the message names the place in it, what stands there and what is understood. */
public final class SchemaException extends ConfigurationException {

    private static final long serialVersionUID = 1L;

    SchemaException(String place, String reason) {
        super("schema at " + (place.isEmpty() ? "its root" : place) + ": " + reason);
    }

    static SchemaException tooLarge() {
        return new SchemaException("",
                "it needs more than " + Network.MOST_STATES + " states; use smaller bounds of lengths and counts");
    }
}
