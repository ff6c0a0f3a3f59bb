package org.tornadomla.config;

import org.tornadomla.annotation.PublicApi;

/** How rotary frequencies follow from the base, {@code rope_type} in {@code config.json}. */
@PublicApi
public enum RopeType {
    /** Plain rotary embedding: frequency i is theta^(-2i/dim). */
    DEFAULT,
    /** YaRN (Peng et al., 2023): low frequencies are divided by the factor, high ones kept, a linear ramp between. */
    YARN
}
