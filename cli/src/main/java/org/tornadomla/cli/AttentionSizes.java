package org.tornadomla.cli;

import org.tornadomla.config.MlaConfig;
import picocli.CommandLine.Option;

/** The sizes of one layer as options; by default those of the deepseek-mla card's example. */
final class AttentionSizes {

    @Option(names = "--hidden-size", paramLabel = "N", defaultValue = "512",
            description = "Width of a token (default: ${DEFAULT-VALUE}).")
    private int hiddenSize;

    @Option(names = "--num-heads", paramLabel = "N", defaultValue = "8",
            description = "Heads (default: ${DEFAULT-VALUE}).")
    private int numHeads;

    @Option(names = "--q-lora-rank", paramLabel = "N", defaultValue = "64",
            description = "Width of the compressed query, 0 for none (default: ${DEFAULT-VALUE}).")
    private int qLoraRank;

    @Option(names = "--kv-lora-rank", paramLabel = "N", defaultValue = "64",
            description = "Width of the cached latent (default: ${DEFAULT-VALUE}).")
    private int kvLoraRank;

    @Option(names = "--qk-nope-head-dim", paramLabel = "N", defaultValue = "64",
            description = "Part of a head's key without position (default: ${DEFAULT-VALUE}).")
    private int qkNopeHeadDim;

    @Option(names = "--qk-rope-head-dim", paramLabel = "N", defaultValue = "32",
            description = "Rotary part, shared by all heads (default: ${DEFAULT-VALUE}).")
    private int qkRopeHeadDim;

    @Option(names = "--v-head-dim", paramLabel = "N", defaultValue = "64",
            description = "Width of a head's value (default: ${DEFAULT-VALUE}).")
    private int vHeadDim;

    /**
     * The layer, with norms on the compressed query, if it is compressed, and on the latent, as the published models.
     *
     * @throws org.tornadomla.error.ConfigurationException naming a size out of range
     */
    MlaConfig config() {
        return MlaConfig.builder().hiddenSize(hiddenSize).numHeads(numHeads).qLoraRank(qLoraRank).kvLoraRank(kvLoraRank)
                .qkNopeHeadDim(qkNopeHeadDim).qkRopeHeadDim(qkRopeHeadDim).vHeadDim(vHeadDim).build();
    }
}
