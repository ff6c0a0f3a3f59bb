package org.tornadomla.cli;

import java.util.Set;
import org.tornadomla.config.ReadOptions;
import picocli.CommandLine.Option;

/** How strictly a configuration is read. */
final class ConfigOptions {

    @Option(names = "--ignore-keys", paramLabel = "KEY", split = ",",
            description = "Keys of config.json that are not known and that you say change nothing.")
    private Set<String> ignored = Set.of();

    ReadOptions read() {
        return new ReadOptions(ignored, false);
    }
}
