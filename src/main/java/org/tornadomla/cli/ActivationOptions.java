package org.tornadomla.cli;

import org.tornadomla.weights.ActivationType;

import picocli.CommandLine.Option;

/** The option for the numbers that products multiply weights with. */
final class ActivationOptions {

    @Option(names = "--activations", paramLabel = "TYPE", defaultValue = "f32",
            description = "f32 or int8: numbers in which products take what they multiply weights with; int8 rounds them to 8 bits"
                    + " for weights in q8_0, q5_0 and q4_0, which is faster on opencl (default: ${DEFAULT-VALUE}).")
    private ActivationType type;

    ActivationType type() {
        return type;
    }
}
