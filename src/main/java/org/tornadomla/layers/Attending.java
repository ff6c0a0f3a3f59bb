package org.tornadomla.layers;

/** The two ways of computing attention; the result is the same. */
public enum Attending {
    /** On the cached latents themselves. */
    ABSORBED,
    /** On keys and values expanded from the latents. */
    EXPANDED
}
