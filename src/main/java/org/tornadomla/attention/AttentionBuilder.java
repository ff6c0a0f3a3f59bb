package org.tornadomla.attention;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;
import org.tornadomla.layers.Attending;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.PageOrder;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.driver.Rounds;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Capacity;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.PackedAttention;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.NumberFormats;
import org.tornadomla.weights.WeightFormats;

/**
 * Sets up a {@link MultiHeadLatentAttention}; every value has a default but the weights, which are named or come from a
 * seed.
 */
@PublicApi
public final class AttentionBuilder {

    private static final int MAX_WRITES = 1 << 24;

    private final MlaConfig config;
    private @Nullable MlaWeights weights;
    private boolean trainable;
    private NumberFormat weightType = WeightFormats.F32;
    private CacheType cacheType = CacheType.F32;
    private @Nullable Target target;
    private AttentionMode mode = AttentionMode.AUTO;
    private int roundTokens = 128;
    private int batch = 16;
    private int cacheTokens = 4096;
    private int maxSequenceTokens;
    private int pageTokens = CacheConfig.DEFAULT_PAGE_TOKENS;
    private PageOrder pageOrder = PageOrder.NATURAL;
    private int positions;
    private int expandedKeys = 1024;
    private int maskFloats = 1 << 15;

    AttentionBuilder(MlaConfig config) {
        this.config = config;
    }

    /** Random weights, the same for the same seed. */
    public AttentionBuilder seed(long seed) {
        this.weights = RandomWeights.of(config, seed);
        return this;
    }

    /** Weights of a checkpoint. */
    public AttentionBuilder weights(MlaWeights named) {
        this.weights = named;
        return this;
    }

    /** Number format in which the device holds the matrices that it multiplies with; 32-bit numbers by default. */
    public AttentionBuilder weightType(NumberFormat type) {
        this.weightType = type;
        return this;
    }

    /** Number format of the cache's rows; 32-bit numbers by default, and half the memory in 16 bits. */
    public AttentionBuilder cacheType(CacheType type) {
        this.cacheType = type;
        return this;
    }

    /** The device; by default that of {@link Targets#automatic()}. */
    public AttentionBuilder target(Target device) {
        this.target = device;
        return this;
    }

    /** How attention is computed; by default whichever costs less. */
    public AttentionBuilder mode(AttentionMode way) {
        this.mode = way;
        return this;
    }

    /**
     * Tokens that go through the graphs at once, 128 by default; longer prompts go in chunks of it. Every round sends
     * room for so many to the device, also where it has one token, so a layer that only decodes wants a small number.
     */
    public AttentionBuilder roundTokens(int tokens) {
        this.roundTokens = tokens;
        return this;
    }

    /** Sequences that go through the graphs at once, 16 by default. */
    public AttentionBuilder batch(int sequences) {
        this.batch = sequences;
        return this;
    }

    /** Tokens that the cache holds over all sequences, 4096 by default; rounded up to whole pages. */
    public AttentionBuilder cacheTokens(int tokens) {
        this.cacheTokens = tokens;
        return this;
    }

    /** Tokens of the longest sequence; 0, the default, for as many as the cache holds. */
    public AttentionBuilder maxSequenceTokens(int tokens) {
        this.maxSequenceTokens = tokens;
        return this;
    }

    /** Tokens of a page of the cache, 64 by default. */
    public AttentionBuilder pageTokens(int tokens) {
        this.pageTokens = tokens;
        return this;
    }

    /** Order in which pages are handed out. */
    public AttentionBuilder pageOrder(PageOrder order) {
        this.pageOrder = order;
        return this;
    }

    /** Positions that the rotary tables cover; 0, the default, for those of the longest sequence. */
    public AttentionBuilder positions(int count) {
        this.positions = count;
        return this;
    }

    /**
     * Keys that a round may expand, 1024 by default; with more, attention is absorbed. 0 for absorbed attention only.
     */
    public AttentionBuilder expandedKeys(int keys) {
        this.expandedKeys = keys;
        return this;
    }

    /** Floats of additive mask that a round takes, 32,768 by default; 0 for a module without masks. */
    public AttentionBuilder maskFloats(int floats) {
        this.maskFloats = floats;
        return this;
    }

    /** Keeps the weights as they came too, so that {@link MultiHeadLatentAttention#tape} can begin with them. */
    public AttentionBuilder trainable() {
        this.trainable = true;
        return this;
    }

    /**
     * Builds the module: packs the weights, allocates cache and buffers, builds the task graphs.
     *
     * @throws ConfigurationException               when a value is out of range or weights are missing
     * @throws org.tornadomla.error.ShapeException  when a weight does not fit
     * @throws org.tornadomla.error.DeviceException when the device refuses, or fails its self-test
     */
    public MultiHeadLatentAttention build() {
        if (weights == null) {
            throw new ConfigurationException("the module has no weights: give weights(...) or seed(...)");
        }
        if (weightType == null) {
            throw new ConfigurationException("weightType is missing, must be one of " + WeightFormats.ALL);
        }
        if (cacheType == null) {
            throw new ConfigurationException(
                    "cacheType is missing, must be one of " + Arrays.toString(CacheType.values()));
        }
        require("roundTokens", roundTokens, 1);
        require("batch", batch, 1);
        require("cacheTokens", cacheTokens, 1);
        require("pageTokens", pageTokens, 1);
        require("maxSequenceTokens", maxSequenceTokens, 0);
        require("positions", positions, 0);
        require("expandedKeys", expandedKeys, 0);
        require("maskFloats", maskFloats, 0);
        if (mode == AttentionMode.EXPANDED && expandedKeys == 0) {
            throw new ConfigurationException("mode is EXPANDED but expandedKeys is 0");
        }
        Target device = target == null ? Targets.automatic() : target;
        KernelFamily family = SelfTest.require(device, new NumberFormats(weightType, cacheType));
        weights.check(config);
        CacheConfig cacheConfig = cacheConfig(weights);
        AttentionShape shape = new AttentionShape(config);
        Capacity capacity = Capacity.builder().tokens(roundTokens).sequences(batch).outputs(roundTokens)
                .writes(writes()).pages(pageTokens, cacheConfig.maxBlocks(), cacheConfig.rows())
                .positions(positions > 0 ? positions : cacheConfig.maxSequenceTokens()).splitsFor(device.computeUnits())
                .expandedKeys(expandedKeys).maskFloats(maskFloats).build();
        LatentCache cache = new LatentCache(cacheConfig);
        PackedAttention packed = family.attention(shape, weights.checked(), Attending.ways(expandedKeys),
                family.packer(weightType, Long.MAX_VALUE));
        AttentionPlan plan = new AttentionPlan(shape, packed, cache, capacity, device, family);
        return new MultiHeadLatentAttention(config, trainable ? weights : null, cache, plan,
                new Rounds(config, cache, plan.device(), mode.way(), 0));
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new ConfigurationException(name + " is " + value + ", must be at least " + least);
        }
    }

    /** Rows that a round may write: its tokens, and for each sequence the page that it leaves. */
    private int writes() {
        long rows = roundTokens + (long) batch * pageTokens;
        if (rows > MAX_WRITES) {
            throw new ConfigurationException(
                    "roundTokens + batch * pageTokens is " + rows + ", must be at most " + MAX_WRITES);
        }
        return (int) rows;
    }

    /** A hash of the weights that rows are made with. */
    private String weightsHash(MlaWeights of) {
        CRC32C hash = new CRC32C();
        float[] row = new float[config.hiddenSize()];
        for (int i = 0; i < of.kvA().rows(); i++) {
            of.kvA().read(i, row);
            update(hash, row);
        }
        update(hash, of.kvABias());
        update(hash, of.kvANorm());
        return Long.toHexString(hash.getValue());
    }

    private static void update(CRC32C hash, float @Nullable [] values) {
        if (values != null) {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
            bytes.asFloatBuffer().put(values);
            hash.update(bytes);
        }
    }

    private CacheConfig cacheConfig(MlaWeights given) {
        CacheConfig.Builder builder = CacheConfig.builder(1, config).pageTokens(pageTokens)
                .pages(Math.ceilDiv(cacheTokens, pageTokens)).pageOrder(pageOrder).type(cacheType)
                .origin("weights", weightsHash(given));
        if (maxSequenceTokens > 0) {
            builder.maxSequenceTokens(maxSequenceTokens);
        }
        return builder.build();
    }
}
