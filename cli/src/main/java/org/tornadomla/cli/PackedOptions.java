package org.tornadomla.cli;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.packed.PackedCache;

import picocli.CommandLine.Option;

/** What commands that load a model say of packed weights. */
final class PackedOptions {

    @Option(names = "--keep-packed", paramLabel = "GIB", defaultValue = "20",
            description = "Most GiB of packed weights, over all models, that are kept on the disk so that the next start maps them"
                    + " (default: ${DEFAULT-VALUE}; 0 neither keeps nor takes any). They are in packed/ of tornado-mla's cache folder.")
    private int gibibytes;

    /** Where the weights of experts are. */
    private enum Experts {
        MEMORY,
        MAPPED
    }

    @Option(names = "--experts", paramLabel = "WHERE", defaultValue = "memory",
            description = "memory, or mapped: weights are packed to the disk (see --keep-packed) and read from there when a token needs them, so that a"
                    + " model may be larger than the memory, and slower (default: ${DEFAULT-VALUE}).")
    private Experts experts;

    /** What was asked for. */
    DecoderOptions on(DecoderOptions options) {
        return options.withPackedCache(cache()).withMappedWeights(experts == Experts.MAPPED);
    }

    /** Whether weights are mapped. */
    boolean mapped() {
        return experts == Experts.MAPPED;
    }

    /** Where they are kept. */
    PackedCache cache() {
        if (gibibytes < 0) {
            throw new ConfigurationException("--keep-packed is " + gibibytes + ", must be at least 0");
        }
        return gibibytes == 0 ? PackedCache.none() : PackedCache.ofUser(gibibytes);
    }
}
