package org.tornadomla.decoder;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/** How much a {@link Scheduler} takes on. */
@PublicApi
public final class SchedulerOptions {

    private final int running;
    private final int waiting;
    private final int sliceTokens;
    private final boolean keepsTexts;
    private final @Nullable Speculation speculation;

    private SchedulerOptions(int running, int waiting, int sliceTokens, boolean keepsTexts,
            @Nullable Speculation speculation) {
        this.running = require("running", running, 0);
        this.waiting = require("waiting", waiting, 1);
        this.sliceTokens = require("sliceTokens", sliceTokens, 0);
        this.keepsTexts = keepsTexts;
        this.speculation = speculation;
    }

    private static int require(String name, int value, int least) {
        if (value < least) {
            throw new ConfigurationException(name + " is " + value + ", must be at least " + least);
        }
        return value;
    }

    /**
     * As many texts at once as the decoder's batch, 1,024 waiting, parts of prompts that fill a round, nothing kept of
     * texts that ended.
     */
    public static SchedulerOptions defaults() {
        return new SchedulerOptions(0, 1024, 0, false, null);
    }

    /** Most texts that have rows in the cache; 0 for the decoder's batch. */
    public int running() {
        return running;
    }

    /** With other texts at once; more than the decoder's batch take several rounds for a token each. */
    public SchedulerOptions withRunning(int texts) {
        return new SchedulerOptions(texts, waiting, sliceTokens, keepsTexts, speculation);
    }

    /** Most texts that wait to be let in; one more is refused. */
    public int waiting() {
        return waiting;
    }

    /** With another queue; 1,024 by default. */
    public SchedulerOptions withWaiting(int texts) {
        return new SchedulerOptions(running, texts, sliceTokens, keepsTexts, speculation);
    }

    /** Most tokens of prompts that go with the next tokens of texts; 0 for what a round has room for. */
    public int sliceTokens() {
        return sliceTokens;
    }

    /** With smaller parts of prompts: running texts wait less for their next token, and prompts take longer. */
    public SchedulerOptions withSliceTokens(int tokens) {
        return new SchedulerOptions(running, waiting, tokens, keepsTexts, speculation);
    }

    /** Whether texts that ended keep their rows for those that begin as they did. */
    public boolean keepsTexts() {
        return keepsTexts;
    }

    /**
     * With texts that ended kept or not. They are given up where running texts need their pages, the one that was of no
     * use for longest first; whoever else uses the decoder finds the cache as full as they leave it.
     */
    public SchedulerOptions withKeptTexts(boolean kept) {
        return new SchedulerOptions(running, waiting, sliceTokens, kept, speculation);
    }

    /** How next tokens are guessed; empty where they are not, as by default. */
    public Optional<Speculation> speculation() {
        return Optional.ofNullable(speculation);
    }

    /**
     * With next tokens guessed, where a round has room for guesses beside what it must compute. A scheduler refuses a
     * decoder that could not verify them.
     */
    public SchedulerOptions withSpeculation(Speculation how) {
        return new SchedulerOptions(running, waiting, sliceTokens, keepsTexts, how);
    }
}
