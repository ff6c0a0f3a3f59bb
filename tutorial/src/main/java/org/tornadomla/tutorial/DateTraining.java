package org.tornadomla.tutorial;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.training.Schedule;

/** Chapter 8. Trains a form of the model on dates, and asks it for dates that it has not seen. */
public final class DateTraining {

    /** Steps of a training. */
    public static final int STEPS = 1200;

    /** Unseen dates that a trained model is asked for. */
    public static final int QUESTIONS = 512;

    /** Texts of a batch. */
    static final int BATCH = 32;

    private static final int SEEN = 12_000;
    private static final int WARM_UP = 100;
    private static final double RATE = 0.002;

    private final Target device;
    private final long seed;
    private final List<Dates.Pair> unseen;
    private final List<Dates.Pair> seen;

    /**
     * Draws the dates.
     *
     * @param seed      of dates, weights and the order of training
     * @param questions unseen dates to ask for, a multiple of 32
     */
    public DateTraining(Target device, long seed, int questions) {
        if (questions < BATCH || questions % BATCH != 0) {
            throw new ConfigurationException("questions is " + questions + ", must be a multiple of " + BATCH);
        }
        this.device = device;
        this.seed = seed;
        List<Dates.Pair> all = Dates.of(seed, questions + SEEN);
        this.unseen = all.subList(0, questions);
        this.seen = all.subList(questions, all.size());
    }

    // page: training
    /**
     * Trains a form of the model.
     *
     * @param form  the paper's, or that with latent attention and experts
     * @param steps steps of training
     * @param done  is told how many steps are done
     */
    public TrainingResult train(Form form, int steps, IntConsumer done) {
        if (steps < 1) {
            throw new ConfigurationException("steps is " + steps + ", must be at least 1");
        }
        SplittableRandom order = new SplittableRandom(seed);
        Schedule schedule = new Schedule(RATE, RATE / 100, Math.min(WARM_UP, steps / 2), steps);
        double[] losses = new double[steps];
        long begin = System.nanoTime();
        try (Transformer model = new Transformer(form, seed, BATCH, device)) {
            for (int step = 0; step < steps; step++) {
                losses[step] = model.train(batch(order), schedule.rate(step + 1));
                done.accept(step + 1);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new TrainingResult(form.toString(), model.weights(), model.cached(), losses,
                    unseen.stream().map(Dates.Pair::spelling).toList(), answers(model), seconds);
        }
    }

    private List<Dates.Pair> batch(SplittableRandom order) {
        List<Dates.Pair> batch = new ArrayList<>();
        for (int text = 0; text < BATCH; text++) {
            batch.add(seen.get(order.nextInt(seen.size())));
        }
        return batch;
    }
    // end

    private List<TrainingResult.Answer> answers(Transformer model) {
        List<TrainingResult.Answer> answers = new ArrayList<>();
        for (int from = 0; from < unseen.size(); from += BATCH) {
            List<Dates.Pair> batch = unseen.subList(from, from + BATCH);
            String[] said = model.answer(batch);
            for (int text = 0; text < said.length; text++) {
                answers.add(new TrainingResult.Answer(said[text], batch.get(text).iso()));
            }
        }
        return answers;
    }
}
