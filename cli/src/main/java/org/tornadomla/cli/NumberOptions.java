package org.tornadomla.cli;

import org.jspecify.annotations.Nullable;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.ActivationType;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

import picocli.CommandLine.Option;

/** The options that say in which numbers a model is computed: the same for every command that runs one. */
final class NumberOptions {

    @Option(names = "--weights", paramLabel = "TYPE", converter = WeightFormatOption.class,
            description = "f32, bf16, f16, q8_0, int8, q4_0 or another block format: number format in memory of the matrices that are"
                    + " multiplied with (default: each as the files have it where the device is as fast).")
    private @Nullable NumberFormat weights;

    @Option(names = "--cache", paramLabel = "TYPE", defaultValue = "f32",
            description = "f32, bf16 or int8: " + CACHE + " (default: ${DEFAULT-VALUE}).")
    private CacheType cache;

    @Option(names = "--activations", paramLabel = "TYPE", defaultValue = "f32",
            description = "f32 or int8: numbers in which products take what they multiply weights with; int8 rounds them to 8 bits for"
                    + " weights in q8_0, q5_0, q4_0, mxfp4 and int4_32 on devices of few cores, which is faster on opencl"
                    + " (default: ${DEFAULT-VALUE}).")
    private ActivationType activations;

    /** What is to be said of the number formats of the latent cache. */
    static final String CACHE = "number format of the latent cache; bf16 takes half the memory of f32, int8 about a third where"
            + " latents are 512 wide";

    /** Formats of matrices that no file has. */
    FormatChoice ofRandomWeights() {
        FormatChoice given = weights == null ? WeightFormats.F32 : weights;
        return activations == ActivationType.INT8 ? WeightFormats.dots(given) : given;
    }

    /** The format of the cache's rows. */
    CacheType cache() {
        return cache;
    }

    /** What was asked for. */
    DecoderOptions on(DecoderOptions options) {
        return options.withWeightType(weights).withCacheType(cache).withActivations(activations);
    }
}
