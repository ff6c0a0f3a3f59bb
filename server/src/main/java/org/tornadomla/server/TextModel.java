package org.tornadomla.server;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tornadomla.decoder.DraftStatistics;
import org.tornadomla.decoder.PrefixStatistics;

/**
 * The model behind a server. The HTTP side knows nothing else of it, so that tests can put another in its place.
 */
interface TextModel {

    /** Name that requests call it by. */
    String name();

    /** Seconds since 1970 at which its files were made. */
    long created();

    /** Whether it has a template for conversations. */
    boolean hasTemplate();

    /** Most tokens of prompt and answer together. */
    int contextTokens();

    /** Ids of a plain text, begin token included where the model has one. */
    int[] encode(String text, boolean specialTokens);

    /** Ids of a conversation as the model's template writes it. */
    int[] encode(ChatRequest request);

    /** What takes the answer to a conversation apart. */
    AnswerParts parts(ChatRequest request);

    /** The text of a token by itself, and its bytes. */
    TokenText text(int id);

    /**
     * Begins an answer.
     *
     * @param listener told of each token and of the end, on the thread that computes; must not wait
     * @throws ApiException when the queue is full, with status 429
     */
    Running submit(Order order, Listener listener);

    /** What is going on. */
    State state();

    /**
     * An answer that is asked for.
     *
     * @param prompt      ids
     * @param maxTokens   most tokens of the answer
     * @param sampling    how tokens are chosen
     * @param seed        start of this answer's random numbers
     * @param topLogprobs alternatives that are wanted with each token; empty for none
     * @param format      form that the answer must have
     * @param chat        whether it answers a conversation, and may have marks that are special tokens
     */
    record Order(int[] prompt, int maxTokens, SamplingFields sampling, long seed, OptionalInt topLogprobs,
            AnswerFormat format, boolean chat) {
    }

    /** An answer that is being written. */
    interface Running {

        /** Ends it within a round; the listener is still told of the end. */
        void cancel();
    }

    /** Is told of an answer while it is written. */
    interface Listener {

        /** A token with the text that it made certain. */
        void token(int id, String piece, Optional<Logprobs> logprobs);

        /**
         * The end.
         *
         * @param cachedTokens tokens of the prompt that were not computed, since the cache had them
         * @param failure      what it ended by, if it did
         */
        void end(End end, int cachedTokens, Optional<RuntimeException> failure);
    }

    /** Why an answer ended. */
    enum End {
        /** The model ended it, or a stop text came. */
        STOP,
        /** As many tokens as were asked for, or as there is room for. */
        LENGTH,
        /** It was cancelled, or failed. */
        CUT
    }

    /**
     * The log-probability of a token and those of the likeliest.
     *
     * @param logprob natural logarithm
     * @param top     alternatives, the likeliest first
     */
    record Logprobs(double logprob, List<Alternative> top) {

        /** A token that could have been chosen. */
        record Alternative(int id, double logprob) {
        }
    }

    /**
     * A token as OpenAI shows it.
     *
     * @param text  its text, U+FFFD for what is no whole character
     * @param bytes its bytes
     */
    record TokenText(String text, byte[] bytes) {
    }

    /**
     * What is going on in a model.
     *
     * @param device    name of the device
     * @param pages     pages of the cache
     * @param usedPages those of running texts and of texts that are kept
     * @param running   texts that are being written
     * @param waiting   texts that wait
     * @param prefixes  what was not computed again, and what is kept for that
     * @param drafts    what guesses did
     */
    record State(String device, int pages, int usedPages, int running, int waiting, PrefixStatistics prefixes,
            DraftStatistics drafts) {
    }
}
