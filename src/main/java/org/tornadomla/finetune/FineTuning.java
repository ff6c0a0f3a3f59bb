package org.tornadomla.finetune;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.TrainingException;
import org.tornadomla.training.Schedule;

/**
 * A training that can be stopped at any moment: what it has come to is kept from time to time, and the next run goes on
 * from there and takes the same steps, to the bit, as one that was never stopped.
 */
public final class FineTuning {

    /** How often the text that is held out is read in a training, besides its beginning. */
    private static final int READINGS = 10;
    /** Most batches of one reading, spread over that text. */
    private static final int READ = 16;

    /** Is told what happens. */
    public interface Listener {

        /** It begins, or goes on behind the steps of the last state. */
        void begin(Course course);

        /** So many steps are taken. */
        void step(Course course);

        /** The text that is held out was read. */
        void heldOut(Course course);
    }

    private final FineTuningOptions options;
    private final TokenWindows trained;
    private final TokenWindows heldOut;
    private final StateFolder states;
    private final int saveEvery;
    private final Map<String, String> identity;

    /**
     * A training.
     *
     * @param model     a number of the model's files, see {@link ModelFingerprint}
     * @param trained   the text that it is trained on
     * @param heldOut   the text that it is measured with
     * @param states    keeps how far it is
     * @param saveEvery steps between two states
     */
    public FineTuning(String model, FineTuningOptions options, TokenWindows trained, TokenWindows heldOut,
            StateFolder states, int saveEvery) {
        if (saveEvery < 1) {
            throw new ConfigurationException("steps between two states are " + saveEvery + ", must be at least 1");
        }
        this.options = options;
        this.trained = trained;
        this.heldOut = heldOut;
        this.states = states;
        this.saveEvery = saveEvery;
        this.identity = new LinkedHashMap<>(options.named());
        identity.put("model", model);
        identity.put("text", Integer.toHexString(trained.fingerprint()));
        identity.put("held-out text", Integer.toHexString(heldOut.fingerprint()));
    }

    /**
     * Trains, from the last state on where there is one.
     *
     * @param stopped asked after every step whether to keep the state and return
     * @return the losses; of fewer steps than asked for where it was stopped
     * @throws ConfigurationException when the state is of another training
     * @throws TrainingException      when the loss is no number any more
     */
    public Course run(LanguageModel model, BooleanSupplier stopped, Listener listener) {
        Optional<StateFolder.Saved> saved = states.read(identity);
        saved.ifPresent(state -> model.restore(state.plan()));
        Course course = saved.map(StateFolder.Saved::course).orElseGet(Course::new);
        listener.begin(course);
        Schedule schedule = options.schedule();
        int kept = course.steps();
        while (course.steps() < options.steps() && !stopped.getAsBoolean()) {
            measure(model, course, listener);
            int step = course.steps();
            double loss = model.train(trained.batch(options.seed(), step, options.batch()), schedule.rate(step + 1));
            if (!Double.isFinite(loss)) {
                throw new TrainingException("the loss of step " + (step + 1) + " is " + loss
                        + ": the training diverges; begin anew with a lower learning rate");
            }
            course.add(loss);
            listener.step(course);
            if (course.steps() % saveEvery == 0 && course.steps() < options.steps()) {
                keep(model, course);
                kept = course.steps();
            }
        }
        measure(model, course, listener);
        if (kept < course.steps() || !states.hasState()) {
            keep(model, course);
        }
        return course;
    }

    private void keep(LanguageModel model, Course course) {
        states.write(identity, new StateFolder.Saved(model.state(), course));
    }

    /** Reads the text that is held out where it is time to. */
    private void measure(LanguageModel model, Course course, Listener listener) {
        int step = course.steps();
        int every = Math.max(1, options.steps() / READINGS);
        boolean isTime = step == options.steps() || step % every == 0 && step <= options.steps() - every;
        if (isTime && !course.isRead(step)) {
            course.add(new Course.HeldOut(step, loss(model)));
            listener.heldOut(course);
        }
    }

    /** The mean loss of a token of the text that is held out. */
    public double loss(LanguageModel model) {
        int[][] windows = heldOut.spread(READ * options.batch());
        double sum = 0;
        for (int from = 0; from < windows.length; from += options.batch()) {
            int to = Math.min(from + options.batch(), windows.length);
            sum += (to - from) * model.loss(Arrays.copyOfRange(windows, from, to));
        }
        return sum / windows.length;
    }
}
