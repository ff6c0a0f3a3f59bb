package org.tornadomla.config;

import org.tornadomla.annotation.PublicApi;

/**
 * Which two components of a rotary vector turn together, and where the results go. The layout belongs to the model:
 * vectors of different layouts must never meet in one score.
 */
@PublicApi
public enum RopeLayout {
    /** Components 2i and 2i+1 turn by frequency i and stay where they are (DeepSeek-V2). */
    NEIGHBOURS,
    /**
     * Components 2i and 2i+1 turn by frequency i; the results are written to i and i + dim/2 (DeepSeek-V3, {@code
     * rope_interleave}).
     */
    EVENS_THEN_ODDS,
    /** Components i and i + dim/2 turn by frequency i and stay where they are ({@code rope_interleave: false}). */
    HALVES
}
