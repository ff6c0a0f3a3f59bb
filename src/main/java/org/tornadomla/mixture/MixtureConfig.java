package org.tornadomla.mixture;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.training.MixtureShape;

/**
 * Sizes and options of a mixture of experts (DeepSeekMoE; DeepSeek-V2, section 2.2; DeepSeek-V3, section 2.1.2).
 *
 * @param hidden  numbers of a token
 * @param inner   inner width of an expert
 * @param shared  experts that every token takes
 * @param experts routed experts
 * @param topK    routed experts that a token takes
 * @param scoring how scores are made
 * @param devices what experts are divided among
 * @param balance factors of the balance losses
 */
@PublicApi
public record MixtureConfig(int hidden, int inner, int shared, int experts, int topK, Scoring scoring, Devices devices,
        Balance balance) {

    /** Most numbers of an array, its header taken off. */
    static final long MOST = Integer.MAX_VALUE - 64L;

    /** How scores are made of logits. */
    public enum Scoring {
        /** A softmax over all routed experts; a token's weights are its scores (DeepSeek-V2). */
        SOFTMAX,
        /** A sigmoid each; a token's weights are its scores over their sum (DeepSeek-V3). */
        SIGMOID
    }

    /**
     * Devices that routed experts are divided among evenly.
     *
     * @param count    how many; 1 without such limits
     * @param limit    devices that a token may use, M
     * @param capacity pairs of a token and an expert that a device has room for, those with the lowest scores are
     *                     dropped; 0 for any number
     */
    public record Devices(int count, int limit, int capacity) {

        /** One device with room for all. */
        public static final Devices ONE = new Devices(1, 1, 0);
    }

    /**
     * Factors of the balance losses (DeepSeek-V2, equations 23, 26 and 29).
     *
     * @param experts       alpha 1
     * @param devices       alpha 2
     * @param communication alpha 3
     */
    public record Balance(double experts, double devices, double communication) {

        /** Without losses, as where a bias balances. */
        public static final Balance NONE = new Balance(0, 0, 0);

        /** Refuses negative factors. */
        public Balance {
            if (!(experts >= 0) || !(devices >= 0) || !(communication >= 0)) {
                throw new ConfigurationException("factors of balance losses are " + experts + ", " + devices + " and "
                        + communication + ", must be at least 0");
            }
        }
    }

    /** Refuses numbers that do not fit each other. */
    public MixtureConfig {
        if (hidden < 1 || shared < 0) {
            throw new ConfigurationException("hidden size is " + hidden + " and shared experts are " + shared
                    + ", must be at least 1 and at least 0");
        }
        if (scoring == Scoring.SIGMOID && !balance.equals(Balance.NONE)) {
            throw new ConfigurationException("the balance losses are of softmax scores: with a sigmoid, balance by the"
                    + " bias (updateBias) and give no factors");
        }
        shape(experts, topK, inner, scoring, devices);
        requireSize("the experts' matrices", ((long) experts + shared) * inner, hidden);
        requireSize("the router", experts, hidden);
    }

    private static void requireSize(String what, long rows, long columns) {
        // Rows of an int's range times columns of one fit a long.
        if (rows > Integer.MAX_VALUE || rows * columns > MOST) {
            throw new ConfigurationException(what + " have " + rows + " rows of " + columns
                    + " numbers, must be at most " + MOST + " numbers; use fewer or narrower experts");
        }
    }

    /** Softmax scores without limits of devices, losses or dropping. */
    public static MixtureConfig plain(int hidden, int inner, int shared, int experts, int topK) {
        return new MixtureConfig(hidden, inner, shared, experts, topK, Scoring.SOFTMAX, Devices.ONE, Balance.NONE);
    }

    /** The same with other scores. */
    public MixtureConfig withScoring(Scoring other) {
        return new MixtureConfig(hidden, inner, shared, experts, topK, other, devices, balance);
    }

    /** The same with experts divided among devices, of which a token uses at most some. */
    public MixtureConfig withDevices(int count, int ofToken) {
        return new MixtureConfig(hidden, inner, shared, experts, topK, scoring,
                new Devices(count, ofToken, devices.capacity()), balance);
    }

    /** The same with balance losses. */
    public MixtureConfig withBalance(Balance losses) {
        return new MixtureConfig(hidden, inner, shared, experts, topK, scoring, devices, losses);
    }

    /** The same with room for so many pairs a device. */
    public MixtureConfig withCapacity(int pairs) {
        return new MixtureConfig(hidden, inner, shared, experts, topK, scoring,
                new Devices(devices.count(), devices.limit(), pairs), balance);
    }

    /** The routed experts. */
    MixtureShape shape() {
        return shape(experts, topK, inner, scoring, devices);
    }

    private static MixtureShape shape(int experts, int topK, int inner, Scoring scoring, Devices devices) {
        boolean sigmoid = scoring == Scoring.SIGMOID;
        return new MixtureShape(experts, topK, inner, devices.count(), devices.limit(), sigmoid, sigmoid ? -1 : 1,
                devices.capacity());
    }
}
