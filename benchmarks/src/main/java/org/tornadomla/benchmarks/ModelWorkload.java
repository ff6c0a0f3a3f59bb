package org.tornadomla.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.WeightNames;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;

/** A whole model: some tokens behind others that are cached, all with random ids, to the logits of what follows. */
final class ModelWorkload implements Workload {

    /** The model that comes with the library. */
    static final String MODEL = "tiny-kjv";
    private static final int CONTEXT = 128;
    private static final String EMBEDDING = "embed_tokens";
    private static final String EXPERT = "mlp.experts.";
    /** One token behind 128. */
    static final Point DECODE = new Point("model_decode", MODEL, CONTEXT, 1);
    /** 128 tokens on an empty cache. */
    static final Point PREFILL = new Point("model_prefill", MODEL, CONTEXT, 1);

    private final Path directory;
    private final Decoder decoder;
    private final Sequence sequence;
    private final int[] cached;
    private final int[] ids;
    private float[] logits;

    private ModelWorkload(Path directory, Target target, int cachedTokens, int newTokens) {
        this.directory = directory;
        this.decoder = Decoder.load(directory, target, DecoderOptions.defaults());
        this.sequence = decoder.open();
        SplittableRandom random = new SplittableRandom(1);
        int[] all = random.ints(cachedTokens + newTokens, 0, decoder.model().vocabSize()).toArray();
        this.cached = Arrays.copyOf(all, cachedTokens);
        this.ids = Arrays.copyOfRange(all, cachedTokens, all.length);
        if (cachedTokens > 0) {
            decoder.append(sequence, cached);
        }
    }

    /** {@link #DECODE} on a device. */
    static ModelWorkload decode(Path directory, Target target) {
        return new ModelWorkload(directory, target, CONTEXT, 1);
    }

    /** {@link #PREFILL} on a device. */
    static ModelWorkload prefill(Path directory, Target target) {
        return new ModelWorkload(directory, target, 0, CONTEXT);
    }

    /** Every weight that a token uses, the attention to cached tokens left out. */
    @Override
    public Cost cost() {
        double parameters = 0;
        double used = 0;
        double chosen = decoder.model().experts().map(e -> (double) e.numExpertsPerTok() / e.nRoutedExperts()).orElse(1.0);
        for (WeightNames.Weight weight : WeightNames.of(decoder.model()).values()) {
            if (!weight.name().contains(EMBEDDING)) {
                parameters += weight.count();
                used += weight.name().contains(EXPERT) ? chosen * weight.count() : weight.count();
            }
        }
        return new Cost(2 * used * ids.length, Float.BYTES * (ids.length == 1 ? used : parameters));
    }

    @Override
    public void run() {
        logits = decoder.append(sequence, ids);
        sequence.truncate(cached.length);
    }

    @Override
    public double error() {
        run();
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Map<String, float[]> weights = new HashMap<>();
            DecoderReference reference = new DecoderReference(model, name -> weights.computeIfAbsent(name,
                    key -> checkpoint.names().contains(key) ? checkpoint.read(key) : null), AttentionReference.Form.ABSORBED);
            int[] all = Arrays.copyOf(cached, cached.length + ids.length);
            System.arraycopy(ids, 0, all, cached.length, ids.length);
            double[] expected = reference.logits(all);
            return Answers.error(logits, 0, Arrays.copyOfRange(expected, expected.length - logits.length, expected.length));
        }
    }

    @Override
    public void close() {
        sequence.close();
        decoder.close();
    }
}
