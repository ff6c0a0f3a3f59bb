package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/**
 * What a decoder makes room for.
 *
 * @param chunkTokens  tokens that go through the layers at once; longer prompts go in chunks of it, which bounds the
 *                         memory of a prompt
 * @param batch        sequences that go through the layers at once
 * @param cacheTokens  tokens that the cache holds over all sequences; rounded up to whole pages
 * @param pageTokens   tokens of a page of the cache
 * @param expandedKeys keys that a chunk may expand; with more, attention is absorbed; 0 for absorbed attention only
 * @param mode         how attention is computed; the result is the same
 * @param weights      number format in which the device holds the matrices that it multiplies with; empty for
 *                         {@link WeightChoice}
 * @param cache        number format of the cache's rows
 * @param bufferBytes  most bytes of a buffer of weights, where the device allows more; the experts of a layer are
 *                         divided among buffers
 */
public record DecoderOptions(int chunkTokens, int batch, int cacheTokens, int pageTokens, int expandedKeys,
        AttentionMode mode, Optional<NumberFormat> weights, CacheType cache, long bufferBytes) {

    /**
     * Checks the ranges.
     *
     * @throws ConfigurationException naming the option, the value given and the values allowed
     */
    public DecoderOptions {
        require("chunkTokens", chunkTokens, 1);
        require("batch", batch, 1);
        require("cacheTokens", cacheTokens, 1);
        require("pageTokens", pageTokens, 1);
        require("expandedKeys", expandedKeys, 0);
        require("bufferBytes", bufferBytes, 1);
        if (mode == null) {
            throw new ConfigurationException("mode is missing");
        }
        if (weights == null) {
            throw new ConfigurationException("weights is missing, must be empty or one of " + WeightFormats.ALL);
        }
        if (cache == null) {
            throw new ConfigurationException("cache is missing, must be one of " + Arrays.toString(CacheType.values()));
        }
        if (mode == AttentionMode.EXPANDED && expandedKeys == 0) {
            throw new ConfigurationException("mode is EXPANDED but expandedKeys is 0");
        }
    }

    /** Chunks of 128 tokens, 8 sequences at once, a cache of 4096 tokens, weights as {@link WeightChoice} has them. */
    public static DecoderOptions defaults() {
        return new DecoderOptions(128, 8, 4096, CacheConfig.DEFAULT_PAGE_TOKENS, 1024, AttentionMode.AUTO,
                Optional.empty(), CacheType.F32, Long.MAX_VALUE);
    }

    /** The same with another chunk. */
    public DecoderOptions withChunkTokens(int tokens) {
        return new DecoderOptions(tokens, batch, cacheTokens, pageTokens, expandedKeys, mode, weights, cache,
                bufferBytes);
    }

    /** The same with another batch. */
    public DecoderOptions withBatch(int sequences) {
        return new DecoderOptions(chunkTokens, sequences, cacheTokens, pageTokens, expandedKeys, mode, weights, cache,
                bufferBytes);
    }

    /** The same with another cache. */
    public DecoderOptions withCacheTokens(int tokens) {
        return new DecoderOptions(chunkTokens, batch, tokens, pageTokens, expandedKeys, mode, weights, cache,
                bufferBytes);
    }

    /** The same with other pages. */
    public DecoderOptions withPageTokens(int tokens) {
        return new DecoderOptions(chunkTokens, batch, cacheTokens, tokens, expandedKeys, mode, weights, cache,
                bufferBytes);
    }

    /** The same with attention computed one way. */
    public DecoderOptions withMode(AttentionMode way) {
        return new DecoderOptions(chunkTokens, batch, cacheTokens, pageTokens, expandedKeys, way, weights, cache,
                bufferBytes);
    }

    /** The same with weights in a number format; null for {@link WeightChoice}. */
    public DecoderOptions withWeights(@Nullable NumberFormat type) {
        return new DecoderOptions(chunkTokens, batch, cacheTokens, pageTokens, expandedKeys, mode,
                Optional.ofNullable(type), cache, bufferBytes);
    }

    /** The same with rows of the cache in a number format. */
    public DecoderOptions withCache(CacheType type) {
        return new DecoderOptions(chunkTokens, batch, cacheTokens, pageTokens, expandedKeys, mode, weights, type,
                bufferBytes);
    }

    /** The same with smaller buffers of weights. */
    public DecoderOptions withBufferBytes(long bytes) {
        return new DecoderOptions(chunkTokens, batch, cacheTokens, pageTokens, expandedKeys, mode, weights, cache,
                bytes);
    }

    /**
     * The same with no more room than one text takes: chunks no longer than its prompt, and a cache that it fills.
     *
     * @param promptTokens tokens of the prompt, at least 1
     * @param answerTokens most tokens behind it
     */
    public DecoderOptions forText(int promptTokens, int answerTokens) {
        int cached = (int) Math.min(cacheTokens, (long) promptTokens + answerTokens);
        return new DecoderOptions(Math.min(chunkTokens, promptTokens), 1, cached, pageTokens,
                Math.min(expandedKeys, cached), mode, weights, cache, bufferBytes);
    }

    private static void require(String name, long value, int least) {
        if (value < least) {
            throw new ConfigurationException(name + " is " + value + ", must be at least " + least);
        }
    }
}
