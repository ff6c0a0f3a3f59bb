package org.tornadomla.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.gguf.GgufModel;
import org.tornadomla.model.ModelFiles;

/**
 * Expected logits of a whole model, computed by an implementation that is not ours: a model directory with
 * {@code expected.safetensors} in it, or a GGUF file {@code NAME.gguf} with {@code NAME.expected.safetensors} beside
 * it.
 *
 * @param name         the name of the directory or file
 * @param directory    the model: its directory, or its GGUF file
 * @param config       its configuration
 * @param inputIds     a prompt
 * @param logits       [1, prompt, vocab_size]
 * @param continuation ids that follow the prompt by always taking the largest logit
 * @param tolerance    largest error as a fraction of the largest magnitude in {@code logits}
 */
public record GoldenModel(String name, Path directory, ModelConfig config, int[] inputIds, TensorData logits,
        int[] continuation, double tolerance) {

    private static final String EXPECTED = "expected.safetensors";

    /**
     * Whether a path is such a directory or file.
     *
     * @param path any path
     * @return whether there are a configuration and expected values
     */
    public static boolean isModel(Path path) {
        return ModelFiles.isModel(path) && Files.isRegularFile(expected(path));
    }

    /** Where the expected values of a model are. */
    static Path expected(Path model) {
        String name = model.toString();
        return GgufModel.isGguf(model)
                ? Path.of(name.substring(0, name.lastIndexOf('.') + 1) + EXPECTED)
                : model.resolve(EXPECTED);
    }

    /**
     * Reads the expected values and the configuration; the weights stay on disk.
     *
     * @param directory the directory or GGUF file
     * @return the case
     * @throws CheckpointException                         when the expected values cannot be read
     * @throws org.tornadomla.error.ConfigurationException when the configuration describes no supported model
     */
    public static GoldenModel read(Path directory) {
        ModelConfig config = ModelFiles.config(directory);
        Path file = expected(directory);
        try (SafetensorsFile expected = SafetensorsFile.open(file)) {
            String tolerance = expected.metadata().get("tolerance");
            if (tolerance == null) {
                throw new CheckpointException(file + ": metadata has no tolerance");
            }
            int[] inputIds = expected.readIntegers("input_ids");
            TensorData logits = expected.read("logits");
            if (logits.values().length != (long) inputIds.length * config.vocabSize()) {
                throw new CheckpointException(file + ": logits have shape " + logits.shape() + ", expected [1, "
                        + inputIds.length + ", " + config.vocabSize() + "]");
            }
            return new GoldenModel(directory.toAbsolutePath().normalize().getFileName().toString(), directory, config,
                    inputIds, logits, continuation(file, inputIds, expected.readIntegers("greedy_ids")),
                    Double.parseDouble(tolerance));
        } catch (NumberFormatException e) {
            throw new CheckpointException(file + ": metadata tolerance must be a number: " + e.getMessage(), e);
        }
    }

    /** The file's ids begin with the prompt. */
    private static int[] continuation(Path file, int[] prompt, int[] ids) {
        if (ids.length < prompt.length || !Arrays.equals(prompt, Arrays.copyOf(ids, prompt.length))) {
            throw new CheckpointException(file + ": greedy_ids do not begin with input_ids");
        }
        return Arrays.copyOfRange(ids, prompt.length, ids.length);
    }
}
