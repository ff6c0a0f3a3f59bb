package org.tornadomla.cli;

import org.jspecify.annotations.Nullable;
import org.tornadomla.finetune.FineTuningOptions;
import picocli.CommandLine.Option;

/** The options of {@code mla train} that say how weights are moved. */
final class TrainingOptions {

    @Option(names = "--steps", paramLabel = "N", defaultValue = "300",
            description = "Steps of the training (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "8",
            description = "Windows of a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--length", paramLabel = "N", defaultValue = "128",
            description = "Tokens of a window (default: ${DEFAULT-VALUE}).")
    private int length;

    @Option(names = "--learning-rate", paramLabel = "X", defaultValue = "0.0005",
            description = "The largest rate of AdamW: it rises to it, and falls to a tenth of it along half a cosine"
                    + " (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--warm-up", paramLabel = "N",
            description = "Steps in which the rate rises (default: a tenth of all).")
    private @Nullable Integer warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Seed of the order of windows, and of adapters (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--lora", paramLabel = "RANK", defaultValue = "0",
            description = "Train low-rank adapters of the matrices of attention, which are merged into them at the end"
                    + " (default: train all weights).")
    private int rank;

    @Option(names = "--balance", paramLabel = "X", defaultValue = "0.001",
            description = "Factor of the loss that spreads tokens over experts, where scores are a softmax"
                    + " (default: ${DEFAULT-VALUE}).")
    private double balance;

    @Option(names = "--save-every", paramLabel = "N", defaultValue = "50",
            description = "Steps after which the state of the training is kept (default: ${DEFAULT-VALUE}).")
    private int saveEvery;

    /** What was asked for, checked. */
    FineTuningOptions read() {
        return new FineTuningOptions(steps, batch, length, rate, warmUp == null ? Math.max(0, steps / 10) : warmUp,
                seed, rank, balance);
    }

    /** Steps between two states. */
    int saveEvery() {
        return saveEvery;
    }
}
