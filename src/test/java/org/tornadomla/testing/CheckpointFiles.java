package org.tornadomla.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.TensorInfo;
import org.tornadomla.checkpoint.WeightNames;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.Dtype;

/** Writes model directories: copies of others in another format or cut into shards, and random ones of any size. */
public final class CheckpointFiles {

    private static final int BLOCK = 128;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private CheckpointFiles() {
    }

    /**
     * Copies a model in another format. In {@link Dtype#F8_E4M3} the matrices of the layers but the routers' get block
     * scales, as DeepSeek-V3 has them; everything else stays F32.
     *
     * @param source model directory
     * @param target directory that takes the copy
     * @param dtype  format of the weights
     * @param shards number of files; 1 writes no index
     * @return the numbers that a reader must see, by name
     */
    public static Map<String, float[]> copy(Path source, Path target, Dtype dtype, int shards) {
        Map<String, float[]> seen = new HashMap<>();
        SafetensorsWriter[] writers = new SafetensorsWriter[shards];
        Arrays.setAll(writers, i -> new SafetensorsWriter().metadata("format", "pt"));
        ObjectNode index = MAPPER.createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            int next = 0;
            for (String name : checkpoint.names()) {
                int shard = next++ * shards / checkpoint.names().size();
                SafetensorsWriter writer = writers[shard];
                map.put(name, fileName(shard, shards));
                TensorInfo info = checkpoint.info(name);
                float[] values = checkpoint.read(name);
                if (dtype == Dtype.F8_E4M3) {
                    if (isQuantised(info)) {
                        map.put(name + WeightNames.SCALE_SUFFIX, fileName(shard, shards));
                        seen.put(name, quantise(writer, info, values));
                        continue;
                    }
                    writer.add(name, Dtype.F32, info.shape(), values);
                    seen.put(name, values);
                } else {
                    writer.add(name, dtype, info.shape(), values);
                    seen.put(name, Rounding.to(dtype, values));
                }
            }
        }
        for (int shard = 0; shard < shards; shard++) {
            writers[shard].write(target.resolve(fileName(shard, shards)));
        }
        writeConfig(source, target, dtype);
        if (shards > 1) {
            write(target.resolve("model.safetensors.index.json"), index);
        }
        return seen;
    }

    /**
     * Writes a random model: one file, and a copy of a configuration file beside it.
     *
     * @param config    configuration file
     * @param directory takes {@code config.json} and {@code model.safetensors}
     * @param dtype     format of the weights
     * @param seed      seed
     */
    public static void random(Path config, Path directory, Dtype dtype, long seed) {
        ModelConfig model = ModelConfigReader.read(config);
        SplittableRandom seeds = new SplittableRandom(seed);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        model.weights().values().forEach(weight -> {
            SplittableRandom random = seeds.split();
            boolean vector = weight.shape().size() == 1;
            int width = vector ? 1 : Math.toIntExact(weight.shape().get(1));
            // A uniform distribution of variance 1/width keeps activations near 1; norms are 1.
            float spread = (float) Math.sqrt(12.0 / width);
            writer.add(weight.name(), dtype, weight.shape(), row -> {
                float[] values = new float[width];
                for (int i = 0; i < width; i++) {
                    values[i] = vector ? 1 : spread * ((random.nextInt() >> 8) * 0x1p-24f);
                }
                return values;
            });
        });
        writer.write(directory.resolve("model.safetensors"));
        try {
            Files.copy(config, directory.resolve("config.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isQuantised(TensorInfo info) {
        return info.shape().size() == 2 && info.name().contains(".layers.") && !info.name().endsWith("mlp.gate.weight");
    }

    private static float[] quantise(SafetensorsWriter writer, TensorInfo info, float[] values) {
        int rows = (int) info.rows();
        int width = (int) info.width();
        int blockRows = Math.ceilDiv(rows, BLOCK);
        int blockColumns = Math.ceilDiv(width, BLOCK);
        float[] scales = new float[blockRows * blockColumns];
        for (int i = 0; i < values.length; i++) {
            int block = i / width / BLOCK * blockColumns + i % width / BLOCK;
            scales[block] = Math.max(scales[block], Math.abs(values[i]) / 448);
        }
        float[] stored = new float[values.length];
        float[] seen = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            float scale = scales[i / width / BLOCK * blockColumns + i % width / BLOCK];
            stored[i] = values[i] / scale;
            seen[i] = Rounding.toFloat8(stored[i]) * scale;
        }
        writer.add(info.name(), Dtype.F8_E4M3, info.shape(), stored);
        writer.add(info.name() + WeightNames.SCALE_SUFFIX, Dtype.F32, List.of((long) blockRows, (long) blockColumns),
                scales);
        return seen;
    }

    private static void writeConfig(Path source, Path target, Dtype dtype) {
        try {
            ObjectNode config = (ObjectNode) MAPPER.readTree(source.resolve("config.json").toFile());
            if (dtype == Dtype.F8_E4M3) {
                config.putObject("quantization_config").put("quant_method", "fp8").put("fmt", "e4m3")
                        .putArray("weight_block_size").add(BLOCK).add(BLOCK);
            }
            write(target.resolve("config.json"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, ObjectNode json) {
        try {
            Files.writeString(file, json.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fileName(int shard, int shards) {
        return shards == 1 ? "model.safetensors" : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
    }
}
