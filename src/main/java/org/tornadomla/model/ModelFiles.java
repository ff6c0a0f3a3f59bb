package org.tornadomla.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.GenerationDefaults;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.ReadOptions;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.gguf.GgufModel;
import org.tornadomla.gguf.GgufTokenizer;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * The files of a model as it is published: a folder with {@code config.json} and safetensors, or a GGUF file.
 *
 * @param path    its folder, or its GGUF file
 * @param config  the model
 * @param weights its weights, validated against the configuration
 * @param skipped names of the tensors that are not used
 */
public record ModelFiles(Path path, ModelConfig config, WeightSource weights,
        List<String> skipped) implements AutoCloseable {

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
        return open(path, ReadOptions.STRICT);
    }

    /**
     * Opens a model.
     *
     * @param given   its folder, its GGUF file, or its folder in Hugging Face's cache
     * @param options what may pass in a configuration
     * @return the model, to be closed
     * @throws org.tornadomla.error.ConfigurationException when the configuration describes no supported model
     * @throws CheckpointException                         when the weights do not fit the configuration
     */
    public static ModelFiles open(Path given, ReadOptions options) {
        Path path = HubCache.resolve(given);
        ModelConfig config;
        WeightSource weights;
        if (GgufModel.isGguf(path)) {
            GgufModel model = GgufModel.open(path);
            config = model.config();
            weights = model;
        } else {
            config = config(path, options);
            weights = Checkpoint.open(path);
        }
        try {
            return new ModelFiles(path, config, weights, weights.validate(config));
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
        return config(path, ReadOptions.STRICT);
    }

    /**
     * The configuration alone; weights need not be there.
     *
     * @param given   a folder, a GGUF file, or a folder of Hugging Face's cache
     * @param options what may pass
     * @throws org.tornadomla.error.ConfigurationException when the configuration describes no supported model
     * @throws CheckpointException                         when a GGUF file cannot be used
     */
    public static ModelConfig config(Path given, ReadOptions options) {
        Path path = HubCache.resolve(given);
        if (!GgufModel.isGguf(path)) {
            return withEndTokens(ModelConfigReader.read(path.resolve(CONFIG), options), path);
        }
        try (GgufModel model = GgufModel.open(path)) {
            return model.config();
        }
    }

    private static ModelConfig withEndTokens(ModelConfig config, Path folder) {
        GenerationDefaults defaults = GenerationDefaults.read(folder);
        try {
            return config.withEndTokens(defaults.endTokenIds());
        } catch (ConfigurationException noToken) {
            throw new ConfigurationException(folder.resolve(GenerationDefaults.FILE) + ": " + noToken.getMessage(),
                    noToken);
        }
    }

    /**
     * How a model is meant to be used, where its folder says so.
     *
     * @param given a folder, a GGUF file, or a folder of Hugging Face's cache
     * @throws org.tornadomla.error.ConfigurationException when the file that says it cannot be read
     */
    public static GenerationDefaults defaults(Path given) {
        Path path = HubCache.resolve(given);
        return GgufModel.isGguf(path) ? GenerationDefaults.NONE : GenerationDefaults.read(path);
    }

    /** Whether a path looks like a model: a folder with a configuration, or a GGUF file. */
    public static boolean isModel(Path given) {
        Path path = HubCache.resolve(given);
        return GgufModel.isGguf(path) && Files.isRegularFile(path) || Files.isRegularFile(path.resolve(CONFIG));
    }

    /**
     * Whether there are weights beside the configuration.
     *
     * @param given a model
     * @throws CheckpointException when the folder cannot be listed
     */
    public static boolean hasWeights(Path given) {
        Path path = HubCache.resolve(given);
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
     * @param given a folder, a GGUF file, or a folder of Hugging Face's cache
     * @return to be closed
     * @throws org.tornadomla.error.TokenizerException when there is none that is supported
     */
    public static TextTokenizer tokenizer(Path given) {
        Path path = HubCache.resolve(given);
        if (!GgufModel.isGguf(path)) {
            return TextTokenizer.load(path);
        }
        try (GgufModel model = GgufModel.open(path)) {
            return GgufTokenizer.load(model);
        }
    }

    /**
     * Whether a model has a tokenizer of a kind that {@link #tokenizer} reads.
     *
     * @param given a folder, a GGUF file, or a folder of Hugging Face's cache
     */
    public static boolean hasTokenizer(Path given) {
        Path path = HubCache.resolve(given);
        return GgufModel.isGguf(path) || TextTokenizer.isIn(path);
    }

    /**
     * What the files of a folder hold, by the formats that their own headers name, whatever the configuration says.
     *
     * @param given a folder with safetensors
     * @return tensors and bytes of each format, by its name
     * @throws CheckpointException when the files do not fit what they say of themselves
     */
    public static Map<String, StoredFormat> stored(Path given) {
        Map<String, StoredFormat> formats = new TreeMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(HubCache.resolve(given))) {
            for (String name : checkpoint.names()) {
                formats.merge(checkpoint.storedAs(name), new StoredFormat(1, checkpoint.info(name).bytes()),
                        StoredFormat::plus);
            }
        }
        return formats;
    }

    /**
     * Tensors of one format.
     *
     * @param tensors how many
     * @param bytes   of all
     */
    public record StoredFormat(int tensors, long bytes) {

        private StoredFormat plus(StoredFormat other) {
            return new StoredFormat(tensors + other.tensors, bytes + other.bytes);
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
