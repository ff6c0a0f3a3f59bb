package org.tornadomla.decoder;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.tornadomla.error.DeviceException;
import org.tornadomla.error.InterruptedWorkException;
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
public final class Generator {

    private final Fallback devices;
    private final TextTokenizer tokenizer;
    private Decoder decoder;

    /** A generator over a decoder and its tokenizer, which stay the caller's to close. */
    public Generator(Decoder decoder, TextTokenizer tokenizer) {
        this(decoder, null, tokenizer);
    }

    /**
     * A generator that goes on with the next device when one fails. There it computes the prompts and the tokens so far
     * again, one by one as before, and then chooses further ones; no listener is told a token twice. Random numbers go
     * on where they were, so that a seed gives the same text wherever the devices' logits agree.
     *
     * @param devices stays the caller's to close, as the tokenizer does
     */
    public Generator(Fallback devices, TextTokenizer tokenizer) {
        this(devices.decoder(), devices, tokenizer);
    }

    private Generator(Decoder decoder, Fallback devices, TextTokenizer tokenizer) {
        this.decoder = decoder;
        this.devices = devices;
        this.tokenizer = tokenizer;
    }

    /** A text to be written; nothing is computed yet. */
    public Generation prepare(GenerationRequest request, TokenListener listener) {
        return new Generation(request, tokenizer.continuationDetokenizer(), decoder.model().eosTokenIds(), listener);
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
     * @throws org.tornadomla.error.CacheFullException when the cache has too little room for all texts
     * @throws DeviceException                         when the device fails and there is no other; the texts so far are
     *                                                     lost
     */
    public List<GenerationResult> run(List<Generation> generations) {
        boolean done = false;
        while (!done) {
            try {
                write(generations.stream().filter(generation -> !generation.isFinished()).toList());
                done = true;
            } catch (DeviceException e) {
                if (devices == null) {
                    throw e;
                }
                decoder = devices.next(e);
            }
        }
        return generations.stream().map(Generation::result).toList();
    }

    /** Writes texts to their end, from the beginning or from what was written of them on a device that failed. */
    private void write(List<Generation> generations) {
        List<Running> running = new ArrayList<>();
        try {
            start(generations, running);
            while (!running.isEmpty()) {
                running.forEach(this::advance);
                running.removeIf(Running::closedWhenFinished);
                step(running);
            }
        } finally {
            running.forEach(Running::close);
        }
    }

    /** A text with its sequence and the logits of its next token. */
    private static final class Running {

        private final Generation generation;
        private final Sequence sequence;
        private float[] logits;
        private int tokens;
        private int chosen;

        Running(Generation generation, Sequence sequence, float[] logits) {
            this.generation = generation;
            this.sequence = sequence;
            this.logits = logits;
        }

        boolean closedWhenFinished() {
            if (generation.isFinished()) {
                close();
            }
            return generation.isFinished();
        }

        void close() {
            sequence.close();
        }
    }

    /** Computes each different prompt once, and forks its sequence for the texts that share it. */
    private void start(List<Generation> generations, List<Running> running) {
        Map<IntBuffer, List<Generation>> prompts = new LinkedHashMap<>();
        for (Generation generation : generations) {
            prompts.computeIfAbsent(IntBuffer.wrap(generation.request().promptIds()), key -> new ArrayList<>())
                    .add(generation);
        }
        List<Sequence> sequences = new ArrayList<>();
        try {
            List<Continuation> continuations = new ArrayList<>();
            prompts.keySet().forEach(ids -> {
                sequences.add(decoder.open());
                continuations.add(new Continuation(sequences.getLast(), ids.array()));
            });
            float[][] logits;
            try {
                logits = decoder.append(continuations, () -> generations.stream().allMatch(Generation::isCancelled));
            } catch (InterruptedWorkException allCancelled) {
                generations.forEach(generation -> generation.finish(FinishReason.CANCELLED));
                return;
            }
            int prompt = 0;
            for (List<Generation> sharing : prompts.values()) {
                for (Generation generation : sharing) {
                    running.add(new Running(generation, sequences.get(prompt).fork(), logits[prompt]));
                }
                prompt++;
            }
        } finally {
            sequences.forEach(Sequence::close);
        }
    }

    private void advance(Running text) {
        if (text.generation.isCancelled()) {
            text.generation.finish(FinishReason.CANCELLED);
            return;
        }
        text.chosen = text.generation.token(text.tokens++, text.logits);
        if (text.sequence.length() == decoder.maxSequenceTokens()) {
            text.generation.finish(FinishReason.SEQUENCE_FULL);
        }
    }

    private void step(List<Running> running) {
        if (running.isEmpty()) {
            return;
        }
        List<Continuation> continuations = running.stream().map(text -> new Continuation(text.sequence, text.chosen))
                .toList();
        float[][] logits = decoder.append(continuations, () -> false);
        for (int i = 0; i < logits.length; i++) {
            running.get(i).logits = logits[i];
        }
    }
}
