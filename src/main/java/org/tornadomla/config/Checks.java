package org.tornadomla.config;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;

/** Checks shared by the records of this package; each message names the key, the value and the allowed range. */
final class Checks {

    /** Largest width of anything. */
    static final int MOST_WIDTH = 1 << 28;

    private Checks() {
    }

    static void atLeast(String key, int value, int least) {
        if (value < least) {
            throw new ConfigurationException(key + " is " + value + ", must be at least " + least);
        }
    }

    static void between(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ConfigurationException(key + " is " + value + ", must be from " + least + " to " + most);
        }
    }

    /** A width in numbers: at least 1, and so small that padded and doubled it still has a 32-bit index. */
    static void width(String key, int value) {
        between(key, value, 1, MOST_WIDTH);
    }

    static void atMost(String key, long value, long most) {
        if (value > most) {
            throw new ConfigurationException(key + " is " + value + ", must be at most " + most);
        }
    }

    static void positive(String key, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new ConfigurationException(key + " is " + value + ", must be a finite number above 0");
        }
    }

    static void present(String key, @Nullable Object value) {
        if (value == null) {
            throw new ConfigurationException(key + " is null, must be given");
        }
    }
}
