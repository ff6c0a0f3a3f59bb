package org.tornadomla.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.gguf.GgufModel;
import org.tornadomla.gguf.GgufTokenizer;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * The files of a model as it is published: a folder with {@code config.json} and safetensors, or a GGUF file.
 *
 * @param config  the model
 * @param weights its weights, validated against the configuration
 * @param skipped names of the tensors that are not used
 */
public record ModelFiles(ModelConfig config, WeightSource weights, List<String> skipped) implements AutoCloseable {

    private static final String CONFIG = "config.json";
    private static final String SAFETENSORS = ".safetensors";

    /**
     * Opens a model.
     *
     * @param path its folder, or its GGUF file
     * @return the model, to be closed
     * @throws org.tornadomla.error.ConfigurationException when the configuration describes no supported model
     * @throws CheckpointException                         when the weights do not fit the configuration
     */
    public static ModelFiles open(Path path) {
        ModelConfig config = null;
        WeightSource weights;
        if (GgufModel.isGguf(path)) {
            GgufModel model = GgufModel.open(path);
            config = model.config();
            weights = model;
        } else {
            config = config(path);
            weights = Checkpoint.open(path);
        }
        try {
            return new ModelFiles(config, weights, weights.validate(config));
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /**
     * The configuration alone; weights need not be there.
     *
     * @param path a folder, or a GGUF file
     * @throws org.tornadomla.error.ConfigurationException when the configuration describes no supported model
     * @throws CheckpointException                         when a GGUF file cannot be used
     */
    public static ModelConfig config(Path path) {
        if (!GgufModel.isGguf(path)) {
            return ModelConfigReader.read(path.resolve(CONFIG));
        }
        try (GgufModel model = GgufModel.open(path)) {
            return model.config();
        }
    }

    /** Whether a path looks like a model: a folder with a configuration, or a GGUF file. */
    public static boolean isModel(Path path) {
        return GgufModel.isGguf(path) && Files.isRegularFile(path) || Files.isRegularFile(path.resolve(CONFIG));
    }

    /**
     * Whether there are weights beside the configuration.
     *
     * @param path a model
     * @throws CheckpointException when the folder cannot be listed
     */
    public static boolean hasWeights(Path path) {
        if (GgufModel.isGguf(path)) {
            return true;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.anyMatch(file -> file.toString().endsWith(SAFETENSORS)
                    || file.toString().endsWith(SAFETENSORS + ".index.json"));
        } catch (IOException e) {
            throw new CheckpointException("cannot list " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * The tokenizer of a model.
     *
     * @param path a folder, or a GGUF file
     * @return to be closed
     * @throws org.tornadomla.error.TokenizerException when there is none that is supported
     */
    public static TextTokenizer tokenizer(Path path) {
        if (!GgufModel.isGguf(path)) {
            return TextTokenizer.load(path);
        }
        try (GgufModel model = GgufModel.open(path)) {
            return GgufTokenizer.load(model);
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
