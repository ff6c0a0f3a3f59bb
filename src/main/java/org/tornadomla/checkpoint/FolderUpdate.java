package org.tornadomla.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.Matrix;

/**
 * Writes a model's folder again with other numbers: names, shapes and number formats of all tensors stay, and so do
 * configuration and tokenizer. What has no other numbers is copied.
 */
public final class FolderUpdate {

    private final Path source;
    private final List<ShardWriter> shards;

    /**
     * Prepares it; nothing is written yet.
     *
     * @param source     folder of the model
     * @param checkpoint its weights in plain numbers, which stay open until all is written
     * @param numbers    of tensors, by their names
     */
    public FolderUpdate(Path source, Checkpoint checkpoint, Map<String, float[]> numbers) {
        this.source = source;
        List<ShardWriter.Tensor> tensors = checkpoint.names().stream()
                .map(name -> tensor(checkpoint, checkpoint.info(name), numbers)).toList();
        this.shards = ShardWriter.divide(tensors, FolderConversion.SHARD_BYTES);
    }

    private static ShardWriter.Tensor tensor(Checkpoint checkpoint, TensorInfo info, Map<String, float[]> numbers) {
        String name = info.name();
        int width = Math.toIntExact(info.shape().isEmpty() ? 1 : info.shape().getLast());
        int rows = Math.toIntExact(info.count() / Math.max(1, width));
        return new ShardWriter.Tensor(name, PlainFormat.valueOf(info.stored()), info.shape(),
                () -> Matrix.of(rows, width, numbers.containsKey(name) ? numbers.get(name) : checkpoint.read(name)));
    }

    /** Bytes of all tensors. */
    public long tensorBytes() {
        return shards.stream().mapToLong(ShardWriter::bytes).sum();
    }

    /** Whether a folder holds a model that was written to its end. */
    public static boolean isFinished(Path folder) {
        return ModelFolder.isFinished(folder);
    }

    /**
     * Writes the folder. It is a model from the moment on at which its {@code config.json} is there, which is written
     * last; a run that was killed is taken up by the next one.
     *
     * @param folder need not exist; may hold nothing but what such a run left
     * @param done   told from time to time how many bytes of tensors are written
     * @throws ConfigurationException when the folder holds anything else, or a number is too large for its format
     * @throws CheckpointException    when it cannot be written
     */
    public void write(Path folder, LongConsumer done) {
        try (ModelFolder files = ModelFolder.begin(folder)) {
            files.copyBeside(source);
            files.weights(shards, done);
            files.index(shards);
            files.configuration(source);
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException("cannot write " + folder + ": " + e.getMessage(), e);
        }
    }
}
