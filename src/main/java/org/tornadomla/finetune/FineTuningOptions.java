package org.tornadomla.finetune;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.training.Schedule;

/**
 * How a model is trained.
 *
 * @param steps   steps of the whole training
 * @param batch   windows of a step
 * @param length  tokens of a window that are read; as many are predicted
 * @param rate    the largest rate of the schedule
 * @param warmUp  steps in which the rate rises
 * @param seed    of the order of windows, and of what adapters begin with
 * @param rank    of the adapters of attention; 0 for training all weights
 * @param balance factor of the loss that spreads tokens over experts, where scores are a softmax
 */
public record FineTuningOptions(int steps, int batch, int length, double rate, int warmUp, long seed, int rank,
        double balance) {

    private static final int MOST_STEPS = 1_000_000;
    private static final int MOST_BATCH = 1024;
    private static final int MOST_LENGTH = 1 << 17;
    private static final int MOST_RANK = 1024;
    /** Part of the largest rate that the last step has. */
    private static final double LAST = 0.1;

    /**
     * Refuses numbers out of range.
     *
     * @throws ConfigurationException naming the first one
     */
    public FineTuningOptions {
        require("steps", steps, 1, MOST_STEPS);
        require("batch", batch, 1, MOST_BATCH);
        require("length", length, 2, MOST_LENGTH);
        require("warm-up", warmUp, 0, steps);
        require("rank of adapters", rank, 0, MOST_RANK);
        if (!(rate > 0 && rate <= 1)) {
            throw new ConfigurationException("learning rate is " + rate + ", must be above 0 and at most 1");
        }
        if (!(balance >= 0 && balance <= 1)) {
            throw new ConfigurationException("balance is " + balance + ", must be 0 to 1");
        }
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ConfigurationException(what + " is " + value + ", must be " + least + " to " + most);
        }
    }

    /** The same for a model whose adapters are merged. */
    public FineTuningOptions withoutAdapters() {
        return new FineTuningOptions(steps, batch, length, rate, warmUp, seed, 0, balance);
    }

    /** Rates that rise for the first steps, and then fall to a tenth. */
    Schedule schedule() {
        return new Schedule(rate, rate * LAST, warmUp, steps);
    }

    /** All of them by name: a training goes on under the same ones alone. */
    Map<String, String> named() {
        Map<String, String> named = new LinkedHashMap<>();
        named.put("steps", Integer.toString(steps));
        named.put("batch", Integer.toString(batch));
        named.put("length", Integer.toString(length));
        named.put("learning rate", Double.toString(rate));
        named.put("warm-up", Integer.toString(warmUp));
        named.put("seed", Long.toString(seed));
        named.put("rank of adapters", Integer.toString(rank));
        named.put("balance", Double.toString(balance));
        return named;
    }
}
