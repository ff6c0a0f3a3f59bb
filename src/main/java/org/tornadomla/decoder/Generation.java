package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.tokenizer.StopStrings;
import org.tornadomla.tokenizer.StreamingDetokenizer;

/**
 * One text that is being written, made by {@link Generator#prepare} or {@link Scheduler#submit}. {@link #cancel},
 * {@link #isDone}, {@link #cachedTokens}, {@link #drafts} and {@link #await} may be called from any thread, all else by
 * whoever computes.
 */
@PublicApi
public final class Generation {

    private final GenerationRequest request;
    private final TokenListener listener;
    /** Null where ids are not turned into text. */
    private final @Nullable StreamingDetokenizer detokenizer;
    private final StopStrings stops;
    private final Sampler sampler;
    private final TokenRule rule;
    private final List<Integer> endIds;
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<GenerationResult> done = new CompletableFuture<>();
    private int[] ids = new int[16];
    private int count;
    private @Nullable FinishReason reason;
    private volatile boolean cancelled;
    private volatile int cachedTokens = -1;
    private volatile DraftStatistics drafts = DraftStatistics.NONE;

    Generation(GenerationRequest request, @Nullable StreamingDetokenizer detokenizer, Sampler sampler, TokenRule rule,
            List<Integer> endIds, TokenListener listener) {
        this.request = request;
        this.listener = listener;
        this.detokenizer = detokenizer;
        this.stops = new StopStrings(request.stops());
        this.sampler = sampler;
        this.rule = rule;
        this.endIds = endIds;
        sampler.observe(request.promptIds());
    }

    /** Ends the text after the token or the part of the prompt that is being computed. */
    public void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Leading tokens of the prompt whose rows the cache had from another text, when this one began. */
    public int cachedTokens() {
        return Math.max(0, cachedTokens);
    }

    /** The text begins, with rows of another one; one that was put back and begins again tells nothing new. */
    void begin(int shared) {
        if (cachedTokens < 0) {
            cachedTokens = Math.min(shared, request.promptIds().length);
        }
    }

    /** What guesses of its next tokens did for it. */
    public DraftStatistics drafts() {
        return drafts;
    }

    /** Takes note of a round that chose tokens behind the first. */
    void drafted(int guesses, int right, int chosen) {
        drafts = drafts.with(guesses, right, chosen);
    }

    /** Whether a token of the answer was chosen. */
    boolean hasAnswer() {
        return count > 0;
    }

    /** Whether the text ended, or failed. */
    public boolean isDone() {
        return done.isDone();
    }

    /**
     * Waits for the end of the text, which comes only if somebody computes: a scheduler that was started, or a thread
     * in {@link Scheduler#runUntilIdle}.
     *
     * @throws RuntimeException what the text failed with
     */
    public GenerationResult await() {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    GenerationRequest request() {
        return request;
    }

    /** Tokens of prompt and answer so far. */
    int length() {
        return request.promptIds().length + count;
    }

    /** The token at a place in prompt and answer. */
    int token(int place) {
        int[] prompt = request.promptIds();
        return place < prompt.length ? prompt[place] : ids[place - prompt.length];
    }

    /** The tokens of prompt and answer in a range of places. */
    int[] tokens(int from, int to) {
        return IntStream.range(from, to).map(this::token).toArray();
    }

    /** Tokens that the answer may still have. */
    int tokensLeft() {
        return request.maxTokens() - count;
    }

    /** Chooses the next token, tells the listener, and sees whether the text ends with it; returns its id. */
    int next(float[] logits) {
        int id = sampler.next(ruled(logits));
        rule.chosen(id, logits);
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = id;
        String piece = endIds.contains(id) || detokenizer == null ? "" : stops.accept(detokenizer.accept(id));
        if (endIds.contains(id)) {
            reason = FinishReason.END_TOKEN;
        } else if (stops.stopped()) {
            reason = FinishReason.STOP_STRING;
        } else if (count == request.maxTokens()) {
            reason = FinishReason.MAX_TOKENS;
        }
        if (reason != null) {
            piece += rest();
        }
        text.append(piece);
        listener.accept(id, piece);
        return id;
    }

    /** What is needed of a row of logits to choose the next token. */
    Candidates candidates() {
        return rule == TokenRule.NONE ? sampler.candidates() : Candidates.ALL_LOGITS;
    }

    /** Logits as the rule leaves them; texts that are alike share those of the model. */
    private float[] ruled(float[] logits) {
        if (rule == TokenRule.NONE) {
            return logits;
        }
        float[] own = logits.clone();
        rule.prepare(own);
        return own;
    }

    /** Whether the last token ended the text. */
    boolean ended() {
        return reason != null;
    }

    /** Ends the text, for the reason that its last token gave or, where it gave none, for one from outside. */
    void finish(FinishReason outside) {
        FinishReason why = reason;
        if (why == null) {
            why = outside;
            reason = why;
            text.append(rest());
        }
        done.complete(new GenerationResult(Arrays.copyOf(ids, count), text.toString(), why));
    }

    /** Ends the text without a result. */
    void fail(Throwable failure) {
        done.completeExceptionally(failure);
    }

    private String rest() {
        if (detokenizer == null) {
            return "";
        }
        return stops.stopped() ? "" : stops.accept(detokenizer.finish()) + stops.finish();
    }
}
