package org.tornadomla.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Matrix;

/** Writes numbers and texts of our own as a safetensors file, which {@link SafetensorsFile} reads. */
public final class NumbersFile {

    private NumbersFile() {
    }

    /**
     * Writes the file in 32-bit numbers; it has its name when it is whole.
     *
     * @param texts   by their keys
     * @param numbers by their names; empty ones are left out
     * @throws CheckpointException when it cannot be written
     */
    public static void write(Path file, Map<String, String> texts, Map<String, float[]> numbers) {
        List<ShardWriter.Tensor> tensors = new ArrayList<>();
        numbers.forEach((name, values) -> {
            if (values.length > 0) {
                tensors.add(new ShardWriter.Tensor(name, PlainFormat.F32, List.of((long) values.length),
                        () -> Matrix.of(1, values.length, values)));
            }
        });
        try {
            new ShardWriter(tensors, texts).write(file, _ -> {
                // Nobody watches so short a file.
            });
        } catch (IOException e) {
            throw new CheckpointException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
