package org.tornadomla.weights;

import java.util.stream.Stream;

import org.tornadomla.tensor.CacheType;

/**
 * In which number formats a device holds what is large.
 *
 * @param weights the matrices that it multiplies with
 * @param cache   the rows of the latent cache
 */
public record NumberFormats(NumberFormat weights, CacheType cache) {

    /** 32-bit numbers only. */
    public static final NumberFormats F32 = of(WeightFormats.F32);

    /** A cache in 32-bit numbers. */
    public static NumberFormats of(NumberFormat weights) {
        return new NumberFormats(weights, CacheType.F32);
    }

    /** Weights in 32-bit numbers. */
    public static NumberFormats of(CacheType cache) {
        return new NumberFormats(WeightFormats.F32, cache);
    }

    /**
     * {@link #F32}, and those in which one of the two has fewer bits: together they need every kernel of the library
     * but those of products in whole numbers, {@link NumberFormat#dots}.
     */
    public static Stream<NumberFormats> each() {
        return Stream.concat(WeightFormats.ALL.stream().map(NumberFormats::of),
                Stream.of(CacheType.values()).filter(type -> type != CacheType.F32).map(NumberFormats::of));
    }

    /** The weights' format, and the cache's where it is not {@link CacheType#F32}. */
    @Override
    public String toString() {
        return cache == CacheType.F32 ? weights.toString() : weights + "-cache-" + cache;
    }
}
