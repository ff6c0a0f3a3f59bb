package org.tornadomla.tutorial;

import java.util.List;

/**
 * What came of a training.
 *
 * @param form    the form of the model
 * @param weights numbers that were trained
 * @param cached  numbers that a cache keeps of a token in each layer
 * @param losses  the loss of every step
 * @param asked   unseen dates
 * @param answers what the model says to them
 * @param seconds how long the training took
 */
public record TrainingResult(String form, long weights, int cached, double[] losses, List<String> asked,
        List<Answer> answers, double seconds) {

    /**
     * What was said to an unseen date.
     *
     * @param said what the model said
     * @param iso  what is right
     */
    public record Answer(String said, String iso) {

        /** Whether every letter is right. */
        public boolean right() {
            return said.equals(iso);
        }
    }

    /** Share of unseen dates that were answered right. */
    public double right() {
        return answers.stream().filter(Answer::right).count() / (double) answers.size();
    }

    /** Mean of the losses of the last steps, up to 50. */
    public double loss() {
        int from = Math.max(0, losses.length - 50);
        double sum = 0;
        for (int step = from; step < losses.length; step++) {
            sum += losses[step];
        }
        return sum / (losses.length - from);
    }
}
