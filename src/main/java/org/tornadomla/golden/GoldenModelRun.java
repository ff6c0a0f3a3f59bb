package org.tornadomla.golden;

import java.util.Arrays;
import java.util.Optional;
import org.tornadomla.backend.Target;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sampler;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.decoder.Sequence;

/**
 * Runs a whole model: the logits of a prompt that comes in chunks of several sizes, and the tokens that follow it by
 * always taking the largest logit.
 */
record GoldenModelRun(GoldenModel golden) implements GoldenCheck {

    private static final int[] CHUNKS = {1, 5, 16};
    private static final int LARGEST_CHUNK = 16;

    @Override
    public String name() {
        return golden.name();
    }

    @Override
    public double allowed() {
        return golden.tolerance();
    }

    @Override
    public Outcome run(Target target) {
        DecoderOptions options = DecoderOptions.defaults().withChunkTokens(LARGEST_CHUNK).withBatch(LARGEST_CHUNK)
                .withCacheTokens(golden.inputIds().length + golden.continuation().length);
        double worst = 0;
        Optional<String> difference = Optional.empty();
        try (Decoder decoder = Decoder.load(golden.directory(), target, options)) {
            for (int chunk : CHUNKS) {
                try (Sequence sequence = decoder.open()) {
                    int vocabulary = golden.config().vocabSize();
                    float[] logits = prompt(decoder, sequence, chunk);
                    worst = Math.max(worst, error(logits));
                    float[] last = Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length);
                    difference = difference.or(() -> continuation(decoder, sequence, last)
                            .map(what -> what + ", with chunks of " + chunk));
                }
            }
        }
        return new Outcome(worst, difference);
    }

    /**
     * Feeds the prompt.
     *
     * @return [prompt, vocab_size] logits
     */
    private float[] prompt(Decoder decoder, Sequence sequence, int chunk) {
        int[] ids = golden.inputIds();
        int vocabulary = golden.config().vocabSize();
        float[] logits = new float[ids.length * vocabulary];
        for (int first = 0; first < ids.length; first += chunk) {
            float[][] rows = decoder.score(sequence,
                    Arrays.copyOfRange(ids, first, Math.min(first + chunk, ids.length)));
            for (int row = 0; row < rows.length; row++) {
                System.arraycopy(rows[row], 0, logits, (first + row) * vocabulary, vocabulary);
            }
        }
        return logits;
    }

    private double error(float[] logits) {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < logits.length; i++) {
            double expected = golden.logits().values()[i];
            largest = Math.max(largest, Math.abs(expected));
            worst = Math.max(worst, Math.abs(logits[i] - expected));
        }
        return worst / largest;
    }

    /** The first token that differs from the expected ones; nothing when all are equal. */
    private Optional<String> continuation(Decoder decoder, Sequence sequence, float[] logits) {
        Sampler greedy = new Sampler(SamplerConfig.greedy());
        float[] next = logits;
        for (int i = 0; i < golden.continuation().length; i++) {
            int id = greedy.next(next);
            if (id != golden.continuation()[i]) {
                return Optional.of(
                        "token " + (i + 1) + " behind the prompt is " + id + ", expected " + golden.continuation()[i]);
            }
            if (i + 1 < golden.continuation().length) {
                next = decoder.append(sequence, id);
            }
        }
        return Optional.empty();
    }
}
