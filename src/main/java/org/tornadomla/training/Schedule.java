package org.tornadomla.training;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * Rates of the steps of a training: rising evenly for some steps, then falling along half a cosine.
 *
 * @param peak   the largest rate
 * @param floor  the rate of the last step, and of those behind it
 * @param warmUp steps that rise
 * @param steps  steps of the whole training
 */
@PublicApi
public record Schedule(double peak, double floor, int warmUp, int steps) {

    /** Refuses numbers out of range. */
    public Schedule {
        if (!(peak > 0) || !(floor >= 0 && floor <= peak)) {
            throw new ConfigurationException(
                    "rates are " + peak + " down to " + floor + ", must be above 0 and from 0 to the peak");
        }
        if (warmUp < 0 || steps < 1 || warmUp > steps) {
            throw new ConfigurationException(
                    "a schedule of " + steps + " steps rises for " + warmUp + ", must be 0 to all of them");
        }
    }

    /** The same rate for all steps. */
    public static Schedule constant(double rate) {
        return new Schedule(rate, rate, 0, 1);
    }

    /**
     * The rate of a step.
     *
     * @param number from 1 on
     */
    public double rate(int number) {
        if (number <= warmUp) {
            return peak * number / warmUp;
        }
        double gone = steps == warmUp ? 1 : Math.min(1, (double) (number - warmUp) / (steps - warmUp));
        return floor + (peak - floor) * (1 + Math.cos(Math.PI * gone)) / 2;
    }
}
