package org.tornadomla.cli;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.packed.PackedCache;

import picocli.CommandLine.Option;

/** What commands that load a model say of packed weights. */
final class PackedOptions {

    @Option(names = "--keep-packed", paramLabel = "GIB", defaultValue = "20",
            description = "Most GiB of packed weights, over all models, that are kept on the disk so that the next start maps them"
                    + " (default: ${DEFAULT-VALUE}; 0 neither keeps nor takes any). They are in packed/ of tornado-mla's cache folder.")
    private int gibibytes;

    /** Where they are kept. */
    PackedCache cache() {
        if (gibibytes < 0) {
            throw new ConfigurationException("--keep-packed is " + gibibytes + ", must be at least 0");
        }
        return gibibytes == 0 ? PackedCache.none() : PackedCache.ofUser(gibibytes);
    }
}
