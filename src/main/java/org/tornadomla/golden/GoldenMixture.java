package org.tornadomla.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.mixture.MixtureConfig;
import org.tornadomla.mixture.MixtureWeights;

/**
 * A mixture of experts with its gradients, computed by an implementation that is not ours: those of the sum of
 * {@code dY} times the result, and of the balance losses.
 *
 * @param name      the file's name without its ending
 * @param config    the mixture
 * @param weights   its weights
 * @param x         [tokens, hidden]
 * @param y         [tokens, hidden]
 * @param dY        [tokens, hidden]
 * @param dX        [tokens, hidden]
 * @param dWeights  gradients of the weights
 * @param scores    [tokens, experts]
 * @param chosen    [tokens, topK]
 * @param kept      [tokens, experts], 0 for what was not chosen or was dropped
 * @param losses    [3]
 * @param tolerance largest error of a tensor as a fraction of its largest value
 */
record GoldenMixture(String name, MixtureConfig config, MixtureWeights weights, TensorData x, TensorData y,
        TensorData dY, TensorData dX, MixtureWeights dWeights, TensorData scores, int[] chosen, TensorData kept,
        TensorData losses, double tolerance) {

    private static final String GRADIENT = "d_";
    private static final String ROUTER = "gate_weight";

    /** Whether a file has gradients of a mixture. */
    static boolean isMixture(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return tensors.names().contains(GRADIENT + ROUTER);
        }
    }

    /**
     * Reads a case.
     *
     * @throws org.tornadomla.error.CheckpointException when the file is none
     */
    static GoldenMixture read(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            GoldenSource source = new GoldenSource(file, tensors);
            TensorData x = source.matrix("x");
            return new GoldenMixture(file.getFileName().toString().replaceFirst("\\.safetensors$", ""), config(source),
                    weights(source, ""), x, source.same("y", x), source.same(GRADIENT + "y", x),
                    source.same(GRADIENT + "x", x), weights(source, GRADIENT), source.matrix("scores"),
                    tensors.readIntegers("chosen"), source.matrix("kept"), source.read("losses", 1),
                    source.number("tolerance"));
        }
    }

    private static MixtureConfig config(GoldenSource source) {
        JsonNode config = source.json(source.text("config"));
        JsonNode alpha = config.path("alpha");
        return MixtureConfig.plain(source.integer(config, "hidden"), source.integer(config, "inner"),
                source.integer(config, "shared"), source.integer(config, "experts"), source.integer(config, "topk"))
                .withDevices(source.integer(config, "devices"), source.integer(config, "keep_devices"))
                .withBalance(new MixtureConfig.Balance(alpha.path(0).asDouble(), alpha.path(1).asDouble(),
                        alpha.path(2).asDouble()))
                .withCapacity(config.path("capacity").asInt(0));
    }

    private static MixtureWeights weights(GoldenSource source, String prefix) {
        return new MixtureWeights(source.matrix(prefix + ROUTER).values(), source.read(prefix + "gate", 3).values(),
                source.read(prefix + "up", 3).values(), source.read(prefix + "down", 3).values());
    }
}
