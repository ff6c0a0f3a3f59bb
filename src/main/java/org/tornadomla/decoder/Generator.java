package org.tornadomla.decoder;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * Writes texts with a decoder, one or several at a time.
 *
 * <pre>{@code
 * Generator generator = new Generator(decoder, tokenizer);
 * GenerationRequest request = GenerationRequest.greedy(tokenizer.encode("In the beginning", true), 64);
 * GenerationResult result = generator.run(generator.prepare(request, (id, text) -> System.out.print(text)));
 * }</pre>
 */
@PublicApi
public final class Generator {

    private final @Nullable Fallback devices;
    private final @Nullable TextTokenizer tokenizer;
    private final Decoder decoder;
    private final @Nullable Speculation speculation;

    /**
     * A generator over a decoder and its tokenizer, which stay the caller's to close.
     *
     * @param tokenizer turns tokens into text; null for token ids alone, without stop strings
     */
    public Generator(Decoder decoder, @Nullable TextTokenizer tokenizer) {
        this(decoder, null, tokenizer, null);
    }

    /**
     * A generator that goes on with the next device when one fails. There it computes the prompts and the tokens so far
     * again, and then chooses further ones; no listener is told a token twice. Random numbers go on where they were, so
     * that a seed gives the same text wherever the devices' logits agree.
     *
     * @param devices stays the caller's to close, as the tokenizer does
     */
    public Generator(Fallback devices, @Nullable TextTokenizer tokenizer) {
        this(devices.decoder(), devices, tokenizer, null);
    }

    private Generator(Decoder decoder, @Nullable Fallback devices, @Nullable TextTokenizer tokenizer,
            @Nullable Speculation speculation) {
        this.decoder = decoder;
        this.devices = devices;
        this.tokenizer = tokenizer;
        this.speculation = speculation;
    }

    /** The same generator, which guesses next tokens; the texts are the same. */
    public Generator withSpeculation(Speculation how) {
        return new Generator(decoder, devices, tokenizer, how);
    }

    /** A text to be written; nothing is computed yet. */
    public Generation prepare(GenerationRequest request, TokenListener listener) {
        return Scheduler.prepare(decoder(), tokenizer, request, TokenRule.NONE, listener);
    }

    /** {@link #run(List)} of one text. */
    public GenerationResult run(Generation generation) {
        return run(List.of(generation)).getFirst();
    }

    /**
     * Writes texts together, each token of all in one step. Texts with the same prompt share its computation and its
     * memory.
     *
     * @param generations of {@link #prepare}, each not yet run
     * @return results in the order of the texts
     * @throws org.tornadomla.error.ShapeException     when a prompt has an id that is not in the vocabulary
     * @throws org.tornadomla.error.CacheException     when a prompt is longer than a sequence may be
     * @throws org.tornadomla.error.CacheFullException when the cache has too little room for one text alone
     * @throws org.tornadomla.error.DeviceException    when the device fails and there is no other
     */
    public List<GenerationResult> run(List<Generation> generations) {
        SchedulerOptions options = SchedulerOptions.defaults().withRunning(generations.size())
                .withWaiting(Math.max(1, generations.size()));
        if (speculation != null) {
            options = options.withSpeculation(speculation);
        }
        try (Scheduler scheduler = devices == null
                ? new Scheduler(decoder, tokenizer, options)
                : new Scheduler(devices, tokenizer, options)) {
            generations.forEach(scheduler::submit);
            scheduler.runUntilIdle();
        }
        return generations.stream().map(Generation::await).toList();
    }

    private Decoder decoder() {
        return devices == null ? decoder : devices.decoder();
    }
}
