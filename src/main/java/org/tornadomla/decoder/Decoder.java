package org.tornadomla.decoder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.Append;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.cache.CacheStatistics;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.Reservation;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Variants;
import org.tornadomla.layers.DecoderPlan;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.NumberFormats;
import org.tornadomla.weights.WeightFormats;
import org.tornadomla.tensor.NamedWeights;

/**
 * A DeepSeek-family model on a device: token ids in, logits out.
 *
 * <pre>{@code
 * try (Decoder decoder = Decoder.load(directory, Targets.automatic(), DecoderOptions.defaults());
 *         Sequence sequence = decoder.open()) {
 *     float[] logits = decoder.append(sequence, promptIds);
 * }
 * }</pre>
 *
 * <p>May be called from several threads; calls take turns. Every refusal or interruption leaves the sequences as they
 * were. A failure of the device is a {@link org.tornadomla.error.DeviceException}; the rows that it held are lost with
 * it, so sequences that had tokens are refused from the next call on, naming the loss, and can only be closed. New
 * sequences work as soon as the device does.
 */
public final class Decoder implements AutoCloseable {

    private static final int MAX_SPLITS = 64;

    private final ModelConfig model;
    private final LatentCache cache;
    private final DecoderPlan plan;
    private final DecoderRound round;
    private final NumberFormat weights;
    private final ReentrantLock lock = new ReentrantLock();

    private Decoder(ModelConfig model, LatentCache cache, DecoderPlan plan, DecoderRound round, NumberFormat weights) {
        this.model = model;
        this.cache = cache;
        this.plan = plan;
        this.round = round;
        this.weights = weights;
        cache.attach(plan);
    }

    /** {@link #load(Path, Target, DecoderOptions, LongConsumer)} without progress. */
    public static Decoder load(Path path, Target target, DecoderOptions options) {
        return load(path, target, options, parameters -> {});
    }

    /**
     * Loads a model as published: a folder with {@code config.json} and safetensors, or a GGUF file.
     *
     * @param loaded told from time to time how many parameters are loaded
     * @throws org.tornadomla.error.ConfigurationException when the configuration describes no supported model
     * @throws org.tornadomla.error.CheckpointException    when the tensors do not fit the configuration
     * @throws ShapeException                              when a weight or buffer does not fit one array
     * @throws org.tornadomla.error.DeviceException        when the device refuses, or fails its self-test
     */
    public static Decoder load(Path path, Target target, DecoderOptions options, LongConsumer loaded) {
        try (ModelFiles files = ModelFiles.open(path)) {
            NumberFormat type = WeightChoice.of(options, files.config(), files.weights(), target);
            return of(files.config(), files.weights(), target,
                    SelfTest.require(target, new NumberFormats(type, options.cache())), type, options, loaded);
        }
    }

    /**
     * Builds a decoder from weights that come from anywhere. Where the options name no number format, the matrices are
     * in 32-bit numbers.
     *
     * @param model  what the weights are for
     * @param source gives weights by the names that the model has
     * @throws ShapeException                       when a weight or buffer does not fit one array
     * @throws org.tornadomla.error.DeviceException when the device refuses, or fails its self-test
     */
    public static Decoder of(ModelConfig model, NamedWeights source, Target target, DecoderOptions options) {
        NumberFormat type = options.weights().orElse(WeightFormats.F32);
        return of(model, source, target, SelfTest.require(target, new NumberFormats(type, options.cache())), type,
                options, parameters -> {});
    }

    private static Decoder of(ModelConfig model, NamedWeights source, Target target, Variants variants,
            NumberFormat type, DecoderOptions options, LongConsumer loaded) {
        CacheConfig cacheConfig = CacheConfig.builder(model.pools(), model.attention()).pageTokens(options.pageTokens())
                .pages(Math.ceilDiv(options.cacheTokens(), options.pageTokens()))
                .maxSequenceTokens(model.maxPositionEmbeddings()).type(options.cache()).build();
        int units = Math.max(options.chunkTokens(), Math.max(MAX_SPLITS, 4 * target.computeUnits()));
        Capacity capacity = new Capacity(options.chunkTokens(), options.batch(),
                options.chunkTokens() + options.batch() * options.pageTokens(), cacheConfig.maxBlocks(),
                options.pageTokens(), cacheConfig.rows(), cacheConfig.maxSequenceTokens(), units, MAX_SPLITS,
                options.expandedKeys(), 0);
        DecoderWeights weights = pack(model, source, target, type, options, loaded);
        LatentCache cache = new LatentCache(cacheConfig);
        DecoderPlan plan = new DecoderPlan(model, weights, cache, capacity, target, variants);
        return new Decoder(model, cache, plan,
                new DecoderRound(model.attention(), cache, plan, options.mode(), target.computeUnits()), type);
    }

    private static DecoderWeights pack(ModelConfig model, NamedWeights source, Target target, NumberFormat type,
            DecoderOptions options, LongConsumer loaded) {
        boolean expanded = options.expandedKeys() > 0;
        try {
            return DecoderWeights.pack(model, source, type,
                    Math.min(options.bufferBytes(), target.limits().bufferBytes()), expanded, loaded);
        } catch (OutOfMemoryError full) {
            throw new DeviceException("weights take " + DecoderWeights.bytes(model, type, expanded) + " bytes in "
                    + type.name().toLowerCase(Locale.ROOT)
                    + ", more than this JVM may use; use weights in fewer bits, or start Java with a larger"
                    + " -XX:MaxDirectMemorySize", full);
        }
    }

    /** The model's configuration. */
    public ModelConfig model() {
        return model;
    }

    /** The device that computes. */
    public Target target() {
        return plan.cycle().target();
    }

    /** What the cache holds. */
    public CacheStatistics statistics() {
        return cache.statistics();
    }

    /** Bytes of all weights as the device holds them. */
    public long weightBytes() {
        return plan.weightBytes();
    }

    /** Number format in which the device holds the matrices that it multiplies with. */
    public NumberFormat weights() {
        return weights;
    }

    /** Number format in which the cache holds latents and rotary keys. */
    public CacheType cache() {
        return cache.config().type();
    }

    /** Bytes of the cache, all of its pages. */
    public long cacheBytes() {
        return cache.config().poolBytes();
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.listing();
    }

    /**
     * Says where time goes: does work with the device's profiler on.
     *
     * @param work calls of this decoder
     * @return nanoseconds on the device of each task that ran, by "graph.task" as {@link #listing} names them, over all
     *         calls
     */
    public Map<String, Long> profile(Runnable work) {
        lock.lock();
        try {
            return plan.cycle().profile(work);
        } finally {
            lock.unlock();
        }
    }

    /** Tokens of the longest sequence: positions of the model, or the cache where that is smaller. */
    public int maxSequenceTokens() {
        return cache.config().maxSequenceTokens();
    }

    /** A new sequence without tokens. */
    public Sequence open() {
        return new Sequence(cache.open());
    }

    /**
     * Computes the next tokens of a sequence: a prompt, a part of it, or the token that was chosen.
     *
     * @param ids at least one token id
     * @return [vocab_size] logits of what follows the last token
     * @throws ShapeException                          when an id is not in the vocabulary
     * @throws org.tornadomla.error.CacheException     when the sequence is closed or foreign, or would grow too long
     * @throws org.tornadomla.error.CacheFullException when the cache has too little room
     */
    public float[] append(Sequence sequence, int... ids) {
        return append(List.of(new Continuation(sequence, ids)), () -> false)[0];
    }

    /**
     * Computes the next tokens of several sequences together.
     *
     * @param continuations at most one a sequence
     * @param interrupted   asked between chunks
     * @return [continuations, vocab_size] logits of what follows the last token of each; null when it was interrupted
     * @throws ShapeException                          when an id is not in the vocabulary
     * @throws org.tornadomla.error.CacheException     when a sequence is closed, foreign or named twice, or would grow
     *                                                     too long
     * @throws org.tornadomla.error.CacheFullException when the cache has too little room
     */
    public float @org.jspecify.annotations.Nullable [][] append(List<Continuation> continuations,
            BooleanSupplier interrupted) {
        return compute(continuations, false, interrupted);
    }

    /**
     * Computes tokens as {@link #append(Sequence, int...)} and gives the logits behind each of them, for scoring a
     * text.
     *
     * @return [ids, vocab_size] logits
     */
    public float[][] score(Sequence sequence, int... ids) {
        return compute(List.of(new Continuation(sequence, ids)), true, () -> false);
    }

    private float[][] compute(List<Continuation> continuations, boolean all, BooleanSupplier interrupted) {
        continuations.forEach(this::checkIds);
        lock.lock();
        try {
            recover();
            return computeLocked(continuations, all, interrupted);
        } finally {
            lock.unlock();
        }
    }

    private float[][] computeLocked(List<Continuation> continuations, boolean all, BooleanSupplier interrupted) {
        try (Reservation reservation = cache
                .reserve(continuations.stream().map(c -> new Append(c.sequence().cached(), c.ids().length)).toList())) {
            List<float[]> logits = new ArrayList<>();
            round.begin(copyFirst(reservation.copies()));
            for (Continuation continuation : continuations) {
                int start = continuation.sequence().length();
                int done = 0;
                while (done < continuation.ids().length) {
                    int take = Math.min(room(all), continuation.ids().length - done);
                    if (take == 0) {
                        if (interrupted.getAsBoolean()) {
                            return null;
                        }
                        logits.addAll(Arrays.asList(round.run()));
                        round.begin(List.of());
                        continue;
                    }
                    boolean last = done + take == continuation.ids().length;
                    round.add(continuation.sequence().cached(), start + done, continuation.ids(), done, take,
                            all ? take : last ? 1 : 0);
                    done += take;
                }
            }
            if (interrupted.getAsBoolean()) {
                return null;
            }
            logits.addAll(Arrays.asList(round.run()));
            reservation.commit();
            return logits.toArray(float[][]::new);
        }
    }

    /** After a failure of the device, gives up what the cache had there and builds the plan again. */
    private void recover() {
        if (plan.isBroken()) {
            cache.forgetDeviceRows();
            plan.recover();
        }
    }

    /** Where every token gives logits, a round takes no more tokens than it has outputs. */
    private int room(boolean all) {
        return all ? Math.min(round.room(), plan.step().capacity().sequences() - plan.step().outputs()) : round.room();
    }

    /** Copies rows in rounds of their own where they are too many to go with tokens; returns what is left to copy. */
    private List<RowCopy> copyFirst(List<RowCopy> copies) {
        Capacity capacity = plan.step().capacity();
        int perRound = capacity.sequences();
        if (copies.size() <= perRound) {
            return copies;
        }
        for (int i = 0; i < copies.size(); i += perRound) {
            round.begin(copies.subList(i, Math.min(i + perRound, copies.size())));
            round.run();
        }
        return List.of();
    }

    private void checkIds(Continuation continuation) {
        for (int id : continuation.ids()) {
            if (id < 0 || id >= model.vocabSize()) {
                throw new ShapeException("token id is " + id + ", must be from 0 to " + (model.vocabSize() - 1));
            }
        }
    }

    /** Releases the device's memory and the cache; sequences are closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            cache.close();
            plan.close();
        } finally {
            lock.unlock();
        }
    }
}
