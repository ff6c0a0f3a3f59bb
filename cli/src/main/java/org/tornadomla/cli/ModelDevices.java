package org.tornadomla.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.FormatChoice;

import picocli.CommandLine.Option;

/** The options of the commands that run a whole model: where, on one device or on several. */
final class ModelDevices extends EngineOptions {

    @Option(names = "--devices", paramLabel = "DEVICE", split = ",",
            description = "Devices of one engine that share the model's layers, each as of --device; for a model that"
                    + " is larger than the memory of one. They compute one after the other.")
    private @Nullable List<String> devices;

    /**
     * The devices to compute on, in the order in which a token passes them; parameters and errors as of
     * {@link #target(Function, CacheType)}.
     */
    List<Target> targets(Function<Target, FormatChoice> weights, CacheType cache) {
        if (devices == null) {
            return List.of(target(weights, cache));
        }
        if (hasDevice()) {
            throw new ConfigurationException("--device and --devices do not go together; give one of them");
        }
        List<Target> targets = new ArrayList<>();
        for (String device : devices) {
            targets.add(target(device.strip(), weights, cache));
        }
        return targets;
    }
}
