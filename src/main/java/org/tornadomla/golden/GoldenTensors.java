package org.tornadomla.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.gguf.GgufFile;
import org.tornadomla.gguf.GgufTensor;

/**
 * The numbers that tensors of a GGUF file must have, bit by bit: a file {@code NAME.gguf} whose
 * {@code NAME.expected.safetensors} holds its tensors in float32. No device takes part.
 *
 * @param file     the GGUF file
 * @param expected the expected numbers
 */
public record GoldenTensors(Path file, Path expected) implements GoldenCheck {

    /** Whether a GGUF file has tensors, and not logits, beside it. */
    static boolean isTensors(Path file) {
        Path expected = GoldenModel.expected(file);
        if (!Files.isRegularFile(expected)) {
            return false;
        }
        try (SafetensorsFile tensors = SafetensorsFile.open(expected)) {
            return !tensors.names().contains("logits");
        }
    }

    /**
     * The case of a GGUF file.
     *
     * @throws CheckpointException when either file cannot be read
     */
    static GoldenTensors read(Path file) {
        GgufFile.open(file).close();
        return new GoldenTensors(file, GoldenModel.expected(file));
    }

    @Override
    public String name() {
        return file.getFileName().toString();
    }

    @Override
    public double allowed() {
        return 0;
    }

    @Override
    public Outcome run(Target target) {
        try (GgufFile tensors = GgufFile.open(file); SafetensorsFile values = SafetensorsFile.open(expected)) {
            double worst = 0;
            Optional<String> difference = Optional.empty();
            for (String name : values.names()) {
                TensorData wanted = values.read(name);
                GgufTensor tensor = tensors.tensors().get(name);
                if (tensor == null || !tensor.shape().equals(wanted.shape())) {
                    difference = Optional.of(name + " is " + (tensor == null ? "missing" : "of shape " + tensor.shape())
                            + ", expected shape " + wanted.shape());
                    continue;
                }
                float[] found = tensor.read();
                worst = Math.max(worst, error(found, wanted.values()));
                if (!Arrays.equals(found, wanted.values())) {
                    difference = Optional.of(name + " differs");
                }
            }
            return new Outcome(worst, difference);
        }
    }

    private static double error(float[] found, float[] wanted) {
        double largest = Double.MIN_NORMAL;
        double worst = 0;
        for (int i = 0; i < wanted.length; i++) {
            largest = Math.max(largest, Math.abs(wanted[i]));
            worst = Math.max(worst, Math.abs((double) found[i] - wanted[i]));
        }
        return worst / largest;
    }
}
