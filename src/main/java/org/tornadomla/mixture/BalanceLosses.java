package org.tornadomla.mixture;

import org.tornadomla.annotation.PublicApi;

/**
 * The balance losses of a batch, times their factors (DeepSeek-V2, equations 23 to 31).
 *
 * @param experts       of the loads of experts
 * @param devices       of the loads of devices
 * @param communication of what is sent to devices
 */
@PublicApi
public record BalanceLosses(double experts, double devices, double communication) {

    /** All together, which is what is added to a training's loss. */
    public double sum() {
        return experts + devices + communication;
    }
}
