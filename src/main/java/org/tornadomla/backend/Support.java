package org.tornadomla.backend;

import java.util.Locale;

/** Whether a device has a feature, as far as its runtime tells. */
public enum Support {

    /** It has. */
    YES,
    /** It has not. */
    NO,
    /** The runtime does not tell. */
    UNKNOWN;

    /** What a runtime that tells says. */
    static Support of(boolean has) {
        return has ? YES : NO;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
