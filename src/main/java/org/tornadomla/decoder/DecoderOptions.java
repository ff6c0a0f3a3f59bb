package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.packed.PackedCache;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.ActivationType;
import org.tornadomla.weights.NumberFormat;

/**
 * What a decoder makes room for. Each {@code with} gives the same options with one of them changed.
 *
 * <pre>{@code
 * DecoderOptions options = DecoderOptions.defaults().withCacheTokens(8192).withCacheType(CacheType.BF16);
 * }</pre>
 */
@PublicApi
public final class DecoderOptions {

    private final int chunkTokens;
    private final int batch;
    private final int outputs;
    private final int cacheTokens;
    private final int pageTokens;
    private final int expandedKeys;
    private final AttentionMode mode;
    private final Optional<NumberFormat> weightType;
    private final CacheType cacheType;
    private final ActivationType activations;
    private final long bufferBytes;
    private final boolean countsExperts;
    private final PackedCache packedCache;
    private final boolean mapsWeights;

    private DecoderOptions(Values values) {
        this.chunkTokens = require("chunkTokens", values.chunkTokens, 1);
        this.batch = require("batch", values.batch, 1);
        this.outputs = require("outputs", values.outputs, 0);
        this.cacheTokens = require("cacheTokens", values.cacheTokens, 1);
        this.pageTokens = require("pageTokens", values.pageTokens, 1);
        this.expandedKeys = require("expandedKeys", values.expandedKeys, 0);
        this.activations = given("activations", values.activations, ActivationType.values());
        this.bufferBytes = require("bufferBytes", values.bufferBytes, 1);
        this.mode = given("mode", values.mode, AttentionMode.values());
        this.countsExperts = values.countsExperts;
        this.weightType = Optional.ofNullable(values.weightType);
        this.cacheType = given("cacheType", values.cacheType, CacheType.values());
        this.packedCache = values.packedCache;
        this.mapsWeights = values.mapsWeights;
        if (mode == AttentionMode.EXPANDED && expandedKeys == 0) {
            throw new ConfigurationException("mode is EXPANDED but expandedKeys is 0");
        }
    }

    /** The values while one is changed. */
    private static final class Values {

        private int chunkTokens = 128;
        private int batch = 8;
        private int outputs;
        private int cacheTokens = 4096;
        private int pageTokens = CacheConfig.DEFAULT_PAGE_TOKENS;
        private int expandedKeys = 1024;
        private AttentionMode mode = AttentionMode.AUTO;
        private @Nullable NumberFormat weightType;
        private CacheType cacheType = CacheType.F32;
        private ActivationType activations = ActivationType.F32;
        private long bufferBytes = Long.MAX_VALUE;
        private boolean countsExperts;
        private PackedCache packedCache = PackedCache.none();
        private boolean mapsWeights;
    }

    private DecoderOptions with(Consumer<Values> change) {
        Values values = new Values();
        values.chunkTokens = chunkTokens;
        values.batch = batch;
        values.outputs = outputs;
        values.cacheTokens = cacheTokens;
        values.pageTokens = pageTokens;
        values.expandedKeys = expandedKeys;
        values.mode = mode;
        values.weightType = weightType.orElse(null);
        values.cacheType = cacheType;
        values.activations = activations;
        values.bufferBytes = bufferBytes;
        values.countsExperts = countsExperts;
        values.packedCache = packedCache;
        values.mapsWeights = mapsWeights;
        change.accept(values);
        return new DecoderOptions(values);
    }

    private static <T extends Number> T require(String name, T value, int least) {
        if (value.longValue() < least) {
            throw new ConfigurationException(name + " is " + value + ", must be at least " + least);
        }
        return value;
    }

    private static <T> T given(String name, T value, T[] allowed) {
        if (value == null) {
            throw new ConfigurationException(name + " is missing, must be one of " + Arrays.toString(allowed));
        }
        return value;
    }

    /** Chunks of 128 tokens, 8 sequences at once, a cache of 4096 tokens, weights as {@link WeightChoice} has them. */
    public static DecoderOptions defaults() {
        return new DecoderOptions(new Values());
    }

    /** Tokens that go through the layers at once. */
    public int chunkTokens() {
        return chunkTokens;
    }

    /** Longer prompts go in chunks of this, which bounds the memory of a prompt; 128 by default. */
    public DecoderOptions withChunkTokens(int tokens) {
        return with(values -> values.chunkTokens = tokens);
    }

    /** Sequences that go through the layers at once. */
    public int batch() {
        return batch;
    }

    /** With other sequences at once; 8 by default. */
    public DecoderOptions withBatch(int sequences) {
        return with(values -> values.batch = sequences);
    }

    /** Rows that give logits or hidden states at once. */
    public int outputs() {
        return outputs == 0 ? batch : outputs;
    }

    /**
     * With other rows of outputs at once; 0, the default, for one a sequence. Whoever scores texts or verifies guesses
     * wants more: each takes a row of the vocabulary in memory.
     */
    public DecoderOptions withOutputs(int rows) {
        return with(values -> values.outputs = rows);
    }

    /**
     * With room for guesses of the next tokens, which are verified as rows of one round.
     *
     * @param tokens most guesses of a text in a round
     */
    public DecoderOptions withDraftTokens(int tokens) {
        int rows = Math.multiplyExact(batch, require("draft tokens", tokens, 1) + 1);
        return with(values -> {
            values.outputs = Math.max(outputs(), rows);
            values.chunkTokens = Math.max(chunkTokens, rows);
        });
    }

    /** Tokens that the cache holds over all sequences. */
    public int cacheTokens() {
        return cacheTokens;
    }

    /** With another cache, rounded up to whole pages; 4096 by default. */
    public DecoderOptions withCacheTokens(int tokens) {
        return with(values -> values.cacheTokens = tokens);
    }

    /** Tokens of a page of the cache. */
    public int pageTokens() {
        return pageTokens;
    }

    /** With other pages; {@value CacheConfig#DEFAULT_PAGE_TOKENS} by default. */
    public DecoderOptions withPageTokens(int tokens) {
        return with(values -> values.pageTokens = tokens);
    }

    /** Keys that a chunk may expand. */
    public int expandedKeys() {
        return expandedKeys;
    }

    /** With more keys, attention is absorbed; 1024 by default, 0 for absorbed attention only. */
    public DecoderOptions withExpandedKeys(int keys) {
        return with(values -> values.expandedKeys = keys);
    }

    /** How attention is computed. */
    public AttentionMode mode() {
        return mode;
    }

    /** With attention computed one way; the result is the same. */
    public DecoderOptions withMode(AttentionMode way) {
        return with(values -> values.mode = way);
    }

    /** Number format in which the device holds the matrices that it multiplies with; empty for {@link WeightChoice}. */
    public Optional<NumberFormat> weightType() {
        return weightType;
    }

    /** With weights in a number format; null for {@link WeightChoice}, the default. */
    public DecoderOptions withWeightType(@Nullable NumberFormat type) {
        return with(values -> values.weightType = type);
    }

    /** In which numbers products take what they multiply weights with. */
    public ActivationType activations() {
        return activations;
    }

    /** With activations in other numbers; 32-bit ones by default. */
    public DecoderOptions withActivations(ActivationType type) {
        return with(values -> values.activations = type);
    }

    /** Number format of the cache's rows. */
    public CacheType cacheType() {
        return cacheType;
    }

    /** With rows of the cache in a number format; 32-bit numbers by default. */
    public DecoderOptions withCacheType(CacheType type) {
        return with(values -> values.cacheType = type);
    }

    /** Most bytes of a buffer of weights, where the device allows more. */
    public long bufferBytes() {
        return bufferBytes;
    }

    /** With smaller buffers of weights; the experts of a layer are divided among as many as they need. */
    public DecoderOptions withBufferBytes(long bytes) {
        return with(values -> values.bufferBytes = bytes);
    }

    /** Whether choices of experts are counted. */
    boolean countsExperts() {
        return countsExperts;
    }

    /**
     * With choices of experts counted for {@link Decoder#expertLoad}, or not. Each round then brings a few hundred
     * numbers a layer to the host, and waits for them.
     */
    public DecoderOptions withExpertLoad(boolean counted) {
        return with(values -> values.countsExperts = counted);
    }

    /**
     * Whether packed weights are mapped from the disk and take no memory that the operating system cannot give away.
     */
    public boolean mapsWeights() {
        return mapsWeights;
    }

    /**
     * Packs weights to a file of {@link #packedCache}, which is mapped, and not to memory, so that a model may be
     * larger than the memory: a token then reads from the disk what is not in memory of what it passes, which takes as
     * long as the disk does.
     */
    public DecoderOptions withMappedWeights(boolean mapped) {
        return with(values -> values.mapsWeights = mapped);
    }

    /** Where packed weights are kept between runs. */
    public PackedCache packedCache() {
        return packedCache;
    }

    /** With packed weights kept between runs; by default they are not. */
    public DecoderOptions withPackedCache(PackedCache cache) {
        return with(values -> values.packedCache = cache);
    }

    /**
     * The same with no more room than one text takes: chunks no longer than its prompt, and a cache that it fills.
     *
     * @param promptTokens tokens of the prompt, at least 1
     * @param answerTokens most tokens behind it
     */
    public DecoderOptions forText(int promptTokens, int answerTokens) {
        int cached = (int) Math.min(cacheTokens, (long) promptTokens + answerTokens);
        return with(values -> {
            values.chunkTokens = Math.min(chunkTokens, promptTokens);
            values.batch = 1;
            values.cacheTokens = cached;
            values.expandedKeys = Math.min(expandedKeys, cached);
        });
    }
}
