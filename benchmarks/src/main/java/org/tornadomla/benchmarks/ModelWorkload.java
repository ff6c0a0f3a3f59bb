package org.tornadomla.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.tornadomla.config.Weight;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.WeightPart;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.weights.WeightFormats;

/**
 * A model of one layer or more: some tokens behind others that are cached, all with random ids, to the logits of what
 * follows.
 */
final class ModelWorkload implements Workload {

    /** The model that comes with the library. */
    static final String MODEL = "tiny-kjv";
    /** Tokens before a step, and of a prompt. */
    static final int CONTEXT = 128;
    /** One token behind 128. */
    static final Point DECODE = new Point("model_decode", MODEL, CONTEXT, 1);
    /** 128 tokens on an empty cache. */
    static final Point PREFILL = new Point("model_prefill", MODEL, CONTEXT, 1);

    private final Path directory;
    private final Decoder decoder;
    private final Sequence sequence;
    private int[] cached = {};
    private int[] ids = {};
    private float[] logits;

    /**
     * Loads a model with weights in 32-bit numbers, as the targets have it; {@link #decode} or {@link #prefill} says
     * what is to run.
     *
     * @param directory of its checkpoint
     */
    ModelWorkload(Path directory, Target target) {
        this.directory = directory;
        this.decoder = Decoder.load(directory, target, DecoderOptions.defaults().withWeightType(WeightFormats.F32));
        this.sequence = decoder.open();
    }

    /** From now on one token behind others. */
    ModelWorkload decode(int cachedTokens) {
        return use(cachedTokens, 1);
    }

    /** From now on a prompt on an empty cache. */
    ModelWorkload prefill(int tokens) {
        return use(0, tokens);
    }

    private ModelWorkload use(int cachedTokens, int newTokens) {
        int[] all = new SplittableRandom(1).ints(cachedTokens + newTokens, 0, decoder.model().vocabSize()).toArray();
        cached = Arrays.copyOf(all, cachedTokens);
        ids = Arrays.copyOfRange(all, cachedTokens, all.length);
        sequence.truncate(0);
        if (cachedTokens > 0) {
            decoder.append(sequence, cached);
        }
        return this;
    }

    /** Every weight that a token uses, and the attention between its tokens and to the cached ones. */
    @Override
    public Cost cost() {
        double parameters = 0;
        double used = 0;
        double chosen = decoder.model().experts().map(e -> (double) e.numExpertsPerTok() / e.nRoutedExperts())
                .orElse(1.0);
        for (Weight weight : decoder.model().weights().values()) {
            if (weight.part() != WeightPart.EMBEDDING) {
                parameters += weight.count();
                used += weight.part() == WeightPart.ROUTED_EXPERT ? chosen * weight.count() : weight.count();
            }
        }
        MlaConfig attention = decoder.model().attention();
        int layers = decoder.model().numHiddenLayers();
        if (ids.length > 1) {
            return new Cost(2 * used * ids.length + layers * Costs.pairs(attention, ids.length),
                    Float.BYTES * parameters);
        }
        Cost attend = Costs.attend(attention, cached.length, 1).times(layers);
        return new Cost(2 * used + attend.flops(), Float.BYTES * used + attend.bytes());
    }

    @Override
    public void run() {
        logits = decoder.append(sequence, ids);
        sequence.truncate(cached.length);
    }

    /** Compares the logits behind the last token. */
    @Override
    public double error() {
        run();
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        int[] all = Arrays.copyOf(cached, cached.length + ids.length);
        System.arraycopy(ids, 0, all, cached.length, ids.length);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Map<String, float[]> read = new HashMap<>();
            return Answers.error(logits, 0, ExpectedLogits.behind(all, model, name -> read.computeIfAbsent(name,
                    key -> checkpoint.names().contains(key) ? checkpoint.read(key) : null)));
        }
    }

    @Override
    public Map<String, Long> profile() {
        return decoder.profile(this::run);
    }

    @Override
    public void close() {
        sequence.close();
        decoder.close();
    }
}
