package org.tornadomla.layers;

import java.util.EnumSet;
import java.util.Set;

/** The two ways of computing attention; the result is the same. */
public enum Attending {
    /** On the cached latents themselves. */
    ABSORBED,
    /** On keys and values expanded from the latents. */
    EXPANDED;

    /**
     * The ways that a plan has.
     *
     * @param expandedKeys keys that a round may expand; 0 for none, and so for absorbed attention only
     */
    public static Set<Attending> ways(int expandedKeys) {
        return expandedKeys > 0 ? EnumSet.allOf(Attending.class) : EnumSet.of(ABSORBED);
    }
}
