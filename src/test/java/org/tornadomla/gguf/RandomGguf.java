package org.tornadomla.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.Weight;
import org.tornadomla.tensor.Matrix;

/**
 * Writes a model of any size with random weights as a GGUF file, to see what it takes to load and run it: rows are
 * drawn from a few for each matrix, since billions of numbers would take longer to make than to write.
 *
 * <pre>{@code
 * java -cp ... org.tornadomla.gguf.RandomGguf CONFIG.json FILE.gguf Q4_0
 * }</pre>
 */
public final class RandomGguf {

    private static final int ROWS = 61;

    private RandomGguf() {
    }

    /** The arguments are a configuration, the file that is written, and a {@link FileType}. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]), Path.of(arguments[1]), FileType.valueOf(arguments[2]), 1);
    }

    /** Writes a model; the same seed writes the same bytes. */
    static void write(Path config, Path file, FileType type, long seed) throws IOException {
        ModelConfig model = ModelConfigReader.read(config);
        Path tokenizer = Files.createTempDirectory("tokenizer");
        SmallModels.tokenizer(tokenizer);
        new GgufConversion("random", model, new Source(model, seed), tokenizer, type).write(file, bytes -> {});
    }

    /** Weights of variance 1/width, so that activations stay near 1; vectors are 1. */
    private record Source(ModelConfig model, long seed) implements WeightSource {

        private Weight weight(String name) {
            return model.weights().get(name);
        }

        @Override
        public Matrix matrix(String name) {
            List<Long> shape = weight(name).shape();
            int rows = Math.toIntExact(shape.getFirst());
            int width = Math.toIntExact(shape.getLast());
            SplittableRandom random = new SplittableRandom(seed ^ name.hashCode());
            float[][] drawn = new float[Math.min(rows, ROWS)][width];
            float spread = (float) Math.sqrt(12.0 / width);
            for (float[] row : drawn) {
                for (int i = 0; i < width; i++) {
                    row[i] = spread * ((random.nextInt() >> 8) * 0x1p-24f);
                }
            }
            return new Matrix() {
                @Override
                public int rows() {
                    return rows;
                }

                @Override
                public int columns() {
                    return width;
                }

                @Override
                public void read(int row, float[] target) {
                    System.arraycopy(drawn[row % drawn.length], 0, target, 0, width);
                }
            };
        }

        @Override
        public float[] read(String name) {
            float[] ones = new float[Math.toIntExact(weight(name).count())];
            Arrays.fill(ones, 1);
            return ones;
        }

        @Override
        public List<String> validate(ModelConfig other) {
            return List.of();
        }

        @Override
        public String storedAs(String name) {
            return "F32";
        }

        @Override
        public long storedBytes(String name) {
            return weight(name).count() * Float.BYTES;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
