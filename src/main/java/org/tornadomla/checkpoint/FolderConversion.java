package org.tornadomla.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightPart;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CheckedWeights;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;

/**
 * Makes a folder of Hugging Face's files of a model, with matrices in plain numbers: shards with their index, the
 * configuration, the tokenizer's files. Vectors and routers are in F32, which keeps what any file says of them.
 */
public final class FolderConversion {

    /** Most bytes of a shard, as published models have it. */
    public static final long SHARD_BYTES = 5_000_000_000L;

    private final Path source;
    private final PlainFormat format;
    private final List<ShardWriter> shards;

    /**
     * Prepares a conversion; nothing is written yet.
     *
     * @param model      the configuration
     * @param weights    the weights, which stay open until all is written
     * @param source     folder of the model
     * @param format     how matrices are stored
     * @param shardBytes most bytes of a shard of several tensors
     */
    public FolderConversion(ModelConfig model, WeightSource weights, Path source, PlainFormat format, long shardBytes) {
        this.source = source;
        this.format = format;
        NamedWeights checked = new CheckedWeights(weights);
        List<ShardWriter.Tensor> tensors = all(model, weights).values().stream().map(weight -> tensor(weight, checked))
                .toList();
        this.shards = ShardWriter.divide(tensors, shardBytes);
    }

    /** The weights of the model, and those of its prediction layer that the files have. */
    private static Map<String, Weight> all(ModelConfig model, WeightSource weights) {
        Map<String, Weight> all = new LinkedHashMap<>(model.weights());
        prediction(model).ifPresent(layer -> layer.weights().forEach((name, weight) -> {
            if (has(weights, name)) {
                all.putIfAbsent(name, weight);
            }
        }));
        return all;
    }

    private static Optional<ModelConfig> prediction(ModelConfig model) {
        try {
            return model.prediction();
        } catch (ConfigurationException notCovered) {
            // Nothing could guess with it, so that it is left out as for a GGUF file.
            return Optional.empty();
        }
    }

    private static boolean has(WeightSource weights, String name) {
        try {
            return !weights.storedAs(name).isEmpty();
        } catch (CheckpointException missing) {
            return false;
        }
    }

    private ShardWriter.Tensor tensor(Weight weight, NamedWeights weights) {
        boolean vector = weight.shape().size() == 1;
        Supplier<Matrix> rows = vector ? () -> {
            float[] values = weights.read(weight.name());
            return Matrix.of(1, values.length, values);
        } : () -> weights.matrix(weight.name());
        boolean exact = vector || weight.part() == WeightPart.ROUTER;
        return new ShardWriter.Tensor(weight.name(), exact ? PlainFormat.F32 : format, weight.shape(), rows);
    }

    /** Bytes of all tensors. */
    public long tensorBytes() {
        return shards.stream().mapToLong(ShardWriter::bytes).sum();
    }

    /**
     * Writes the folder. It is a model from the moment on at which its {@code config.json} is there, which is written
     * last; a run that was killed is taken up by the next one.
     *
     * @param folder need not exist; may hold nothing but what such a run left
     * @param done   told from time to time how many bytes of tensors are written
     * @throws ConfigurationException when the folder holds anything else, or a weight is too large for the format
     * @throws CheckpointException    when it cannot be written, or naming a weight that holds a NaN or an infinity
     */
    public void write(Path folder, LongConsumer done) {
        try (ModelFolder files = ModelFolder.begin(folder)) {
            files.copyBeside(source);
            files.weights(shards, done);
            files.index(shards);
            files.configuration(source, format);
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException("cannot write " + folder + ": " + e.getMessage(), e);
        }
    }
}
