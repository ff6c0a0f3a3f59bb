package org.tornadomla.weights;

import org.tornadomla.annotation.PublicApi;

/** In which numbers products take what they multiply weights with. */
@PublicApi
public enum ActivationType {
    /** 32-bit IEEE: what was computed. */
    F32,
    /**
     * Whole numbers of 8 bits with a scale for each 32, rounded before each product whose weights are whole numbers
     * with a scale for 32 too ({@code q8_0}, {@code q5_0}, {@code q4_0}): each is off by up to 1/254 of the largest of
     * its 32. Sums of a group are exact. Other products, W_UK and W_UV take 32-bit numbers.
     */
    INT8
}
