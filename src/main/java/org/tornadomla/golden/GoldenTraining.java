package org.tornadomla.golden;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.checkpoint.TensorData;

/**
 * Gradients of one attention layer, computed by an implementation that is not ours: those of the sum of {@code dY}
 * times the layer's result.
 *
 * @param layer    the layer, its inputs and its result
 * @param dY       [batch, tokens, hidden_size]
 * @param dX       [batch, tokens, hidden_size]
 * @param dContext [batch, keys, hidden_size] of cross-attention; absent for self-attention
 * @param dWeights under the names of {@link GoldenCase#weights()}
 */
public record GoldenTraining(GoldenCase layer, TensorData dY, TensorData dX, Optional<TensorData> dContext,
        Map<String, TensorData> dWeights) {

    private static final String GRADIENT = "d_";
    private static final String OF_RESULT = GRADIENT + "y";
    /** What a file of attention has, beside the gradients, and one of another layer has not. */
    private static final String OF_LATENT = GRADIENT + "W_DKV";

    public GoldenTraining {
        dWeights = Map.copyOf(dWeights);
    }

    /** Whether a file has gradients of attention. */
    static boolean isTraining(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return tensors.names().contains(OF_RESULT) && tensors.names().contains(OF_LATENT);
        }
    }

    /**
     * Reads a case.
     *
     * @throws org.tornadomla.error.CheckpointException when the file is none
     */
    public static GoldenTraining read(Path file) {
        GoldenCase layer = GoldenReader.read(file);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            GoldenSource source = new GoldenSource(file, tensors);
            Map<String,
                    TensorData> gradients = new HashMap<>(GoldenReader.paperWeights(layer.config(), source, GRADIENT));
            return new GoldenTraining(layer, source.same(OF_RESULT, layer.expected().y()),
                    source.same(GRADIENT + "x", layer.inputs().x()),
                    layer.inputs().context().map(context -> source.same(GRADIENT + "context", context)), gradients);
        }
    }
}
