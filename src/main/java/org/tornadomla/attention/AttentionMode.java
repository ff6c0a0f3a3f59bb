package org.tornadomla.attention;

/** How attention is computed; the result is the same. */
public enum AttentionMode {
    /** Whichever costs fewer operations. */
    AUTO,
    /** On the cached latents themselves. */
    ABSORBED,
    /** On keys and values expanded from the latents. */
    EXPANDED
}
