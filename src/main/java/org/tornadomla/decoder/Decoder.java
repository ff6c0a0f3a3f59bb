package org.tornadomla.decoder;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.Fingerprint;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.Append;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.cache.CacheStatistics;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.Reservation;
import org.tornadomla.config.Layer;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.driver.Pass;
import org.tornadomla.driver.Rounds;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.DecoderBuffers;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.packed.PackedCache;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.FormatChoice;
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
@PublicApi
public final class Decoder implements AutoCloseable {

    /** Weights that come from no file. */
    static final WeightLoad.Identity OWN_WEIGHTS = new WeightLoad.Identity("of the caller's own", Optional.empty());

    private final ModelConfig model;
    private final DecoderParts parts;
    private final LatentCache cache;
    private final DecoderPlan plan;
    private final Rounds rounds;
    private final FormatChoice weightType;
    /** Fair, so that a thread that snapshots or appends has its turn between the tokens of another. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private Decoder(ModelConfig model, DecoderParts parts, Rounds rounds, FormatChoice weightType) {
        this.model = model;
        this.parts = parts;
        this.cache = parts.cache();
        this.plan = parts.plan();
        this.rounds = rounds;
        this.weightType = weightType;
        cache.attach(plan.device());
    }

    /** {@link #load(Path, Target, DecoderOptions, LongConsumer)} without progress. */
    public static Decoder load(Path path, Target target, DecoderOptions options) {
        return load(path, target, options, parameters -> {});
    }

    /**
     * {@link #load(Path, Target, DecoderOptions)} with the layers divided among several devices of one engine, for a
     * model that is larger than the memory of each. A token passes them in order, so that they compute one after the
     * other; the results are those of the first alone, bit for bit, where the others compute as it does.
     *
     * @param targets devices in the order in which a token passes them; one may stand there twice
     * @throws org.tornadomla.error.ConfigurationException also when there are more devices than layers, or devices of
     *                                                         different engines or kinds
     */
    public static Decoder load(Path path, List<Target> targets, DecoderOptions options) {
        try (ModelFiles files = ModelFiles.open(path)) {
            return load(files, targets, options, parameters -> {});
        }
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
            return load(files, target, options, loaded);
        }
    }

    /**
     * Loads a model whose files are open.
     *
     * @param files  may be closed afterwards
     * @param loaded told from time to time how many parameters are loaded
     * @throws ShapeException                       when a weight or buffer does not fit one array
     * @throws org.tornadomla.error.DeviceException when the device refuses, or fails its self-test
     * @hidden
     */
    @Internal
    public static Decoder load(ModelFiles files, Target target, DecoderOptions options, LongConsumer loaded) {
        return load(files, List.of(target), options, loaded);
    }

    /**
     * The same with the layers divided among several devices.
     *
     * @hidden
     */
    @Internal
    public static Decoder load(ModelFiles files, List<Target> targets, DecoderOptions options, LongConsumer loaded) {
        Devices devices = new Devices(targets);
        FormatChoice type = WeightChoice.of(options, files.config(), files.weights(), devices.first());
        KernelFamily family = devices.family(type, options.cacheType());
        String hash = FilesHash.of(files.path());
        String key = String.join("\n", Fingerprint.of(devices.first()), family.name(), type.name(), hash,
                FilesHash.times(files.path()), files.config().layers().toString(), files.config().scales().toString(),
                String.join(" ", files.config().weights().keySet()), Attending.ways(options.expandedKeys()).toString(),
                String.valueOf(devices.bufferBytes(options)));
        return of(files.config(), files.weights(), devices, family, type, options, loaded,
                new WeightLoad.Identity(hash, Optional.of(new WeightLoad.Place(files.path(), key))));
    }

    /**
     * Loads the first prediction layer of a model, which {@link Speculation#prediction} guesses with. It takes hidden
     * states besides ids, so it writes no texts of its own; embedding and head are on the device once more.
     *
     * @param path folder of the model
     * @throws org.tornadomla.error.ConfigurationException when the model has no prediction layer, or one with parts
     *                                                         that are not covered
     * @throws org.tornadomla.error.CheckpointException    when its tensors are not there
     * @throws org.tornadomla.error.DeviceException        when the device refuses, or fails its self-test
     */
    public static Decoder loadPrediction(Path path, Target target, DecoderOptions options) {
        try (ModelFiles files = ModelFiles.open(path)) {
            return loadPrediction(files, target, options);
        }
    }

    /**
     * Loads the first prediction layer of a model whose files are open, as
     * {@link #loadPrediction(Path, Target, DecoderOptions)} does.
     *
     * @param files may be closed afterwards
     * @hidden
     */
    @Internal
    public static Decoder loadPrediction(ModelFiles files, Target target, DecoderOptions options) {
        ModelConfig layer = files.config().prediction().orElseThrow(() -> new ConfigurationException(
                files.path() + " has no prediction layers (num_nextn_predict_layers)"));
        files.weights().validate(layer);
        // One layer takes little memory, and the place of packed weights is that of the model itself.
        DecoderOptions unkept = options.withPackedCache(PackedCache.none()).withMappedWeights(false);
        FormatChoice type = WeightChoice.of(unkept, layer, files.weights(), target);
        Devices device = new Devices(List.of(target));
        return of(layer, files.weights(), device, device.family(type, unkept.cacheType()), type, unkept,
                parameters -> {}, new WeightLoad.Identity(FilesHash.of(files.path()), Optional.empty()));
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
        return of(model, source, List.of(target), options);
    }

    /**
     * {@link #of(ModelConfig, NamedWeights, Target, DecoderOptions)} with the layers divided among several devices, as
     * {@link #load(Path, List, DecoderOptions)} divides them.
     *
     * @param targets devices in the order in which a token passes them; one may stand there twice
     * @throws org.tornadomla.error.ConfigurationException also when there are more devices than layers, or devices of
     *                                                         different engines or kinds
     */
    public static Decoder of(ModelConfig model, NamedWeights source, List<Target> targets, DecoderOptions options) {
        FormatChoice type = WeightChoice.rounding(options, options.weightType().orElse(WeightFormats.F32));
        Devices devices = new Devices(targets);
        return of(model, source, devices, devices.family(type, options.cacheType()), type, options, parameters -> {},
                OWN_WEIGHTS);
    }

    private static Decoder of(ModelConfig model, NamedWeights source, Devices devices, KernelFamily family,
            FormatChoice type, DecoderOptions options, LongConsumer loaded, WeightLoad.Identity identity) {
        DecoderParts parts = new DecoderLoading(model, source, devices, family, type, options, identity).load(loaded);
        return new Decoder(model, parts, new Rounds(model.attention(), parts.cache(), parts.plan().device(),
                options.mode().way(), DecoderBuffers.expertsPerToken(model)), type.matrices());
    }

    /** The cache that {@link #of(ModelConfig, NamedWeights, List, DecoderOptions)} makes, and the like. */
    static CacheConfig cacheConfig(ModelConfig model, DecoderOptions options, WeightLoad.Identity identity) {
        return CacheConfig.builder(model.pools(), model.attention())
                .indexPools(model.indexPools(), model.attention().indexer().map(IndexerConfig::headDim).orElse(0))
                .pageTokens(options.pageTokens()).pages(Math.ceilDiv(options.cacheTokens(), options.pageTokens()))
                .maxSequenceTokens(model.maxPositionEmbeddings()).type(options.cacheType())
                .origin("family", model.modelType()).origin("layers", model.layers().size())
                .origin("blocks", hash(model.layers())).origin("rms_norm_eps", model.rmsNormEps())
                .origin("scales", model.scales()).origin("weights", identity.hash()).build();
    }

    /** All blocks of all layers in one number, since they would be a long text. */
    private static String hash(List<Layer> layers) {
        return Integer.toHexString(layers.toString().hashCode());
    }

    /** The model's configuration. */
    public ModelConfig model() {
        return model;
    }

    /** The device that computes, or the first of several. */
    public Target target() {
        return plan.device().target();
    }

    /** The devices that compute, in the order in which a token passes them. */
    public List<Target> targets() {
        return plan.device().targets();
    }

    /** Where the model is, in words: the device, or each of several with the layers that it has. */
    public String placing() {
        return plan.placing();
    }

    /**
     * Graphs of the model, of which a round runs some.
     *
     * @hidden
     */
    @Internal
    public int graphs() {
        return plan.device().graphs();
    }

    /**
     * Tells before each graph's first run, in which TornadoVM compiles it, how many have run so far.
     *
     * @param listener told how many graphs have run
     * @hidden
     */
    @Internal
    public void onFirstRuns(IntConsumer listener) {
        plan.device().onFirstRuns(listener);
    }

    /** What the cache holds. */
    public CacheStatistics statistics() {
        return cache.statistics();
    }

    /** Bytes of all weights as the device holds them. */
    public long weightBytes() {
        return plan.device().weightBytes();
    }

    /** How the weights came to memory: packed from the model's files, or mapped as an earlier run packed them. */
    public String weightOrigin() {
        return parts.origin().toString();
    }

    /** Waits until packed weights are written that are to be kept between runs; returns whether they were. */
    public boolean awaitKept() {
        return parts.load().awaitKept();
    }

    /** Number formats in which the device holds the matrices that it multiplies with. */
    public FormatChoice weightType() {
        return weightType;
    }

    /** Number format in which the cache holds latents and rotary keys. */
    public CacheType cacheType() {
        return cache.config().type();
    }

    /** Bytes of the cache, all of its pages. */
    public long cacheBytes() {
        return cache.config().poolBytes();
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.device().listing();
    }

    /**
     * Which experts the tokens chose that were computed so far, where {@link DecoderOptions#withExpertLoad} asks for
     * that.
     *
     * @return one a layer with experts; empty where nobody counts
     */
    public List<ExpertLoad> expertLoad() {
        lock.lock();
        try {
            return plan.expertLoad();
        } finally {
            lock.unlock();
        }
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
            return plan.device().profile(work);
        } finally {
            lock.unlock();
        }
    }

    /** Tokens of the longest sequence: positions of the model, or the cache where that is smaller. */
    public int maxSequenceTokens() {
        return cache.config().maxSequenceTokens();
    }

    /** Sequences that go through the layers at once. */
    public int batch() {
        return rounds.capacity().sequences();
    }

    /** Tokens that go through the layers at once. */
    public int chunkTokens() {
        return rounds.capacity().tokens();
    }

    /** Rows that give outputs at once. */
    int outputs() {
        return rounds.capacity().outputs();
    }

    /** Tokens of a page of the cache. */
    int pageTokens() {
        return rounds.capacity().pageTokens();
    }

    /**
     * Refuses a text that no sequence could hold.
     *
     * @throws ShapeException                      when an id is not in the vocabulary
     * @throws org.tornadomla.error.CacheException when it is longer than a sequence may be
     */
    void checkText(int... ids) {
        checkIds(ids);
        if (ids.length > maxSequenceTokens()) {
            throw new CacheException("a text of " + ids.length
                    + " tokens is longer than a sequence may be, allowed are " + maxSequenceTokens());
        }
    }

    /**
     * Writes a sequence to a file that {@link #restore} reads, also in another process, on another engine and with
     * pages of another size.
     *
     * @throws org.tornadomla.error.SnapshotException when the file cannot be written
     * @throws CacheException                         when the sequence is closed or foreign
     */
    public void snapshot(Sequence sequence, Path path) {
        inTurn(() -> {
            cache.snapshot(sequence.cached(), path);
            return sequence;
        });
    }

    /**
     * Reads a sequence that {@link #snapshot} wrote.
     *
     * @throws org.tornadomla.error.SnapshotException  when the file cannot be read, is damaged, or is of other weights,
     *                                                     another configuration or another number format of the cache;
     *                                                     the difference is named
     * @throws org.tornadomla.error.CacheFullException when the cache has too little room
     */
    public Sequence restore(Path path) {
        return inTurn(() -> new Sequence(cache.restore(path)));
    }

    /**
     * After a failure of the device, builds the plan again and gives up the rows that the device had.
     *
     * @throws org.tornadomla.error.DeviceException when it cannot be built again
     */
    void recover() {
        lock.lock();
        try {
            plan.device().recover(cache);
        } finally {
            lock.unlock();
        }
    }

    private <T> T inTurn(Supplier<T> work) {
        lock.lock();
        try {
            plan.device().recover(cache);
            return work.get();
        } finally {
            lock.unlock();
        }
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
     * @param interrupted   asked between rounds
     * @return [continuations, vocab_size] logits of what follows the last token of each
     * @throws ShapeException                                when an id is not in the vocabulary
     * @throws org.tornadomla.error.CacheException           when a sequence is closed, foreign or named twice, or would
     *                                                           grow too long
     * @throws org.tornadomla.error.CacheFullException       when the cache has too little room
     * @throws org.tornadomla.error.InterruptedWorkException when it was interrupted; the sequences are as they were
     */
    public float[][] append(List<Continuation> continuations, BooleanSupplier interrupted) {
        List<Continuation> last = continuations.stream()
                .map(c -> new Continuation(c.sequence(), Continuation.Rows.LAST, c.ids())).toList();
        return run(last, EnumSet.of(Output.LOGITS), interrupted).stream().map(outputs -> outputs.logits()[0])
                .toArray(float[][]::new);
    }

    /**
     * Computes tokens as {@link #append(Sequence, int...)} and gives the logits behind each of them, for scoring a
     * text.
     *
     * @return [ids, vocab_size] logits
     */
    public float[][] score(Sequence sequence, int... ids) {
        return each(Output.LOGITS, sequence, ids).logits();
    }

    /**
     * Computes tokens as {@link #append(Sequence, int...)} and gives the final hidden state of each of them, as the
     * head reads it: after the last norm. The head does not run.
     *
     * @return [ids, hidden_size] floats
     */
    public float[][] hidden(Sequence sequence, int... ids) {
        return each(Output.HIDDEN, sequence, ids).hidden();
    }

    private Outputs each(Output output, Sequence sequence, int... ids) {
        return run(List.of(new Continuation(sequence, Continuation.Rows.EACH, ids)), EnumSet.of(output), () -> false)
                .getFirst();
    }

    /**
     * Computes the next tokens of several sequences together, and gives whichever outputs are wanted.
     *
     * @param continuations at most one a sequence, each with the tokens whose outputs are wanted
     * @param wanted        which outputs
     * @param interrupted   asked between rounds
     * @return the outputs of each continuation
     * @throws ShapeException                                when an id is not in the vocabulary
     * @throws org.tornadomla.error.CacheException           when a sequence is closed, foreign or named twice, or would
     *                                                           grow too long
     * @throws org.tornadomla.error.CacheFullException       when the cache has too little room
     * @throws org.tornadomla.error.InterruptedWorkException when it was interrupted; the sequences are as they were
     */
    public List<Outputs> run(List<Continuation> continuations, Set<Output> wanted, BooleanSupplier interrupted) {
        if (model.junction().isPresent()) {
            throw new ShapeException("a prediction layer takes hidden states besides ids");
        }
        return choices(continuations, continuations.stream().map(_ -> Candidates.ALL_LOGITS).toList(), wanted,
                interrupted);
    }

    /**
     * The same for texts whose next tokens are chosen: where none of them needs more, and the device finds candidates,
     * these alone come down, and logits that cannot be chosen are negative infinity in what is given.
     *
     * @param needs one a continuation
     */
    List<Outputs> choices(List<Continuation> continuations, List<Candidates> needs, Set<Output> wanted,
            BooleanSupplier interrupted) {
        continuations.forEach(continuation -> checkIds(continuation.ids()));
        int candidates = Candidates.together(needs, plan.mostCandidates());
        return run(continuations, wanted, candidates, interrupted,
                i -> new ContinuationWork(plan, continuations.get(i), null, wanted, needs.get(i), candidates));
    }

    /**
     * Computes the next rows of a prediction layer.
     *
     * @param rows   the token behind each
     * @param states [ids, hidden_size] final hidden state of the token before
     * @return logits and hidden states of the rows whose outputs are wanted
     */
    Outputs predict(Continuation rows, float[][] states) {
        checkIds(rows.ids());
        Set<Output> both = EnumSet.of(Output.LOGITS, Output.HIDDEN);
        return run(List.of(rows), both, 0, () -> false,
                _ -> new ContinuationWork(plan, rows, states, both, Candidates.ALL_LOGITS, 0)).getFirst();
    }

    private List<Outputs> run(List<Continuation> continuations, Set<Output> wanted, int candidates,
            BooleanSupplier interrupted, IntFunction<ContinuationWork> work) {
        return inTurn(() -> {
            try (Reservation reservation = cache.reserve(
                    continuations.stream().map(c -> new Append(c.sequence().cached(), c.ids().length)).toList())) {
                List<ContinuationWork> works = IntStream.range(0, continuations.size()).mapToObj(work).toList();
                rounds.run(works, reservation.copies(), Pass.APPEND, plan.readout(wanted, candidates), interrupted);
                reservation.commit();
                return works.stream().map(ContinuationWork::outputs).toList();
            }
        });
    }

    void checkIds(int... ids) {
        for (int id : ids) {
            if (id < 0 || id >= model.vocabSize()) {
                throw new ShapeException("token id is " + id + ", must be from 0 to " + (model.vocabSize() - 1));
            }
        }
    }

    /**
     * Waits for the call that another thread may be in, then releases the device's memory and the cache; sequences are
     * closed. A second call does nothing.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            parts.close();
        } finally {
            lock.unlock();
        }
    }
}
