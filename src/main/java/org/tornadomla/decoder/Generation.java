package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.List;

import org.tornadomla.tokenizer.StopStrings;
import org.tornadomla.tokenizer.StreamingDetokenizer;

/**
 * One text that is being written, made by {@link Generator#prepare}. {@link #cancel} may be called from any thread, all
 * else by the generator.
 */
public final class Generation {

    private final GenerationRequest request;
    private final TokenListener listener;
    private final StreamingDetokenizer detokenizer;
    private final StopStrings stops;
    private final Sampler sampler;
    private final List<Integer> endIds;
    private final StringBuilder text = new StringBuilder();
    private int[] ids = new int[16];
    private int count;
    private FinishReason reason;
    private volatile boolean cancelled;

    Generation(GenerationRequest request, StreamingDetokenizer detokenizer, List<Integer> endIds,
            TokenListener listener) {
        this.request = request;
        this.listener = listener;
        this.detokenizer = detokenizer;
        this.stops = new StopStrings(request.stops());
        this.sampler = new Sampler(request.sampling());
        this.endIds = endIds;
        sampler.observe(request.promptIds());
    }

    /** Ends the text after the token or the chunk of the prompt that is being computed. */
    public void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    GenerationRequest request() {
        return request;
    }

    /** Whether the text ended. */
    boolean isFinished() {
        return reason != null;
    }

    /**
     * The token at a place: one that was chosen before, on a device that failed since, or the next.
     *
     * @param place tokens before it, at most those chosen so far
     */
    int token(int place, float[] logits) {
        return place < count ? ids[place] : next(logits);
    }

    /** Chooses the next token, tells the listener, and sees whether the text ends with it. */
    int next(float[] logits) {
        int id = sampler.next(logits);
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = id;
        String piece = endIds.contains(id) ? "" : stops.accept(detokenizer.accept(id));
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

    /** Ends the text from outside. */
    void finish(FinishReason outside) {
        if (reason == null) {
            reason = outside;
            text.append(rest());
        }
    }

    private String rest() {
        return stops.stopped() ? "" : stops.accept(detokenizer.finish()) + stops.finish();
    }

    GenerationResult result() {
        return new GenerationResult(Arrays.copyOf(ids, count), text.toString(), reason);
    }
}
