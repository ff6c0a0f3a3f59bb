package org.tornadomla.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.Shortened;
import org.tornadomla.config.Weight;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Matrix;

/**
 * The weights of a model directory: {@code model.safetensors}, or shards with {@code model.safetensors.index.json}.
 * Files are mapped; rows are decoded where the caller wants them, so no second copy of a tensor is ever made.
 */
public final class Checkpoint implements WeightSource {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = SINGLE + ".index.json";

    private final Path directory;
    private final Map<String, SafetensorsFile> fileOf;
    private final List<SafetensorsFile> files;

    private Checkpoint(Path directory, Map<String, SafetensorsFile> fileOf, List<SafetensorsFile> files) {
        this.directory = directory;
        this.fileOf = fileOf;
        this.files = files;
    }

    /** Takes decoded rows of a tensor. */
    @FunctionalInterface
    public interface RowConsumer {

        /**
         * Takes some rows.
         *
         * @param firstRow index of the first row
         * @param rows     number of rows
         * @param values   [rows, width] at its start; reused for the next rows
         */
        void accept(long firstRow, int rows, float[] values);
    }

    /**
     * Opens a model directory.
     *
     * @param directory folder with the files
     * @return the checkpoint, to be closed
     * @throws CheckpointException when there is none, or a file does not hold what it or the index says
     */
    public static Checkpoint open(Path directory) {
        Path single = directory.resolve(SINGLE);
        Path index = directory.resolve(INDEX);
        if (Files.isRegularFile(single)) {
            SafetensorsFile file = SafetensorsFile.open(single);
            Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
            file.names().forEach(name -> file.parts(name).forEach(part -> fileOf.put(part, file)));
            return new Checkpoint(directory, fileOf, List.of(file));
        }
        if (!Files.isRegularFile(index)) {
            throw new CheckpointException(directory + " has neither " + SINGLE + " nor " + INDEX);
        }
        return openShards(directory, index);
    }

    private static Checkpoint openShards(Path directory, Path index) {
        Map<String, Path> shards = ShardIndex.read(index);
        Map<Path, SafetensorsFile> opened = new LinkedHashMap<>();
        try {
            for (Path shard : new TreeSet<>(shards.values())) {
                opened.put(shard, SafetensorsFile.open(shard));
            }
            checkIndex(index, shards, opened);
        } catch (RuntimeException e) {
            opened.values().forEach(SafetensorsFile::close);
            throw e;
        }
        Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
        shards.forEach((name, shard) -> {
            SafetensorsFile file = Objects.requireNonNull(opened.get(shard));
            file.parts(name).forEach(part -> fileOf.put(part, file));
        });
        return new Checkpoint(directory, fileOf, List.copyOf(opened.values()));
    }

    private static void checkIndex(Path index, Map<String, Path> shards, Map<Path, SafetensorsFile> opened) {
        Map<String, Path> actual = new HashMap<>();
        opened.forEach((shard, file) -> file.names().forEach(
                name -> actual.merge(name, shard, (first, second) -> shard.equals(shards.get(name)) ? second : first)));
        List<String> problems = new ArrayList<>();
        shards.forEach((name, shard) -> {
            Path holder = actual.get(name);
            if (!shard.equals(holder)) {
                problems.add(name + " is not in " + shard.getFileName()
                        + (holder == null ? " nor in another shard" : " but in " + holder.getFileName()));
            }
        });
        actual.forEach((name, shard) -> {
            if (!shards.containsKey(name)) {
                problems.add(name + " is in " + shard.getFileName() + " but not in the index");
            }
        });
        if (!problems.isEmpty()) {
            Collections.sort(problems);
            throw new CheckpointException(index + " does not fit its shards: " + Problems.text(problems));
        }
    }

    /**
     * Names of all tensors.
     *
     * @return names
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(fileOf.keySet());
    }

    /**
     * A tensor's description.
     *
     * @param name its name
     * @return format, shape and place
     * @throws CheckpointException when there is no such tensor
     */
    public TensorInfo info(String name) {
        return file(name).info(name);
    }

    /**
     * A tensor's bytes as stored, little-endian. Valid until this checkpoint is closed.
     *
     * @param name its name
     * @return read-only view of the mapping
     * @throws CheckpointException when there is no such tensor
     */
    public MemorySegment bytes(String name) {
        return file(name).bytes(name);
    }

    /**
     * Reads whole rows as floats, FP8 with its block scales applied.
     *
     * @param name     the tensor's name
     * @param firstRow first row
     * @param rows     number of rows
     * @param target   Modified: takes [rows, width]
     * @param at       index of the first number in the target
     * @throws CheckpointException when there is no such tensor, it holds no floating numbers, the rows are not in it,
     *                                 or an FP8 matrix has no fitting scales
     */
    public void readRows(String name, long firstRow, int rows, float[] target, int at) {
        readRows(name, scales(name), firstRow, rows, target, at);
    }

    private void readRows(String name, @Nullable BlockScales scales, long firstRow, int rows, float[] target, int at) {
        file(name).readRows(name, firstRow, rows, target, at);
        if (scales != null) {
            scales.apply(firstRow, rows, Math.toIntExact(info(name).width()), target, at);
        }
    }

    /**
     * Reads a tensor as floats, FP8 with its block scales applied.
     *
     * @param name its name
     * @return numbers in row-major order
     * @throws CheckpointException as {@link #readRows}, and for a tensor larger than an array
     */
    @Override
    public float[] read(String name) {
        float[] values = file(name).read(name).values();
        BlockScales scales = scales(name);
        if (scales != null) {
            TensorInfo info = info(name);
            scales.apply(0, Math.toIntExact(info.rows()), Math.toIntExact(info.width()), values, 0);
        }
        return values;
    }

    /**
     * Streams a tensor as floats through one buffer, from the first row to the last.
     *
     * @param name     its name
     * @param atMost   numbers the buffer may hold, at least one row
     * @param consumer takes the rows
     * @throws CheckpointException as {@link #readRows}, and where a row does not fit the buffer
     */
    public void forEachRows(String name, int atMost, RowConsumer consumer) {
        TensorInfo info = info(name);
        if (info.width() > atMost) {
            throw new CheckpointException(
                    "a row of " + name + " has " + info.width() + " numbers, the buffer " + atMost);
        }
        int width = (int) Math.max(info.width(), 1);
        int most = (int) Math.min(atMost / width, info.rows());
        float[] buffer = new float[most * width];
        BlockScales scales = scales(name);
        for (long row = 0; row < info.rows(); row += most) {
            int rows = (int) Math.min(most, info.rows() - row);
            readRows(name, scales, row, rows, buffer, 0);
            consumer.accept(row, rows, buffer);
        }
    }

    @Override
    public String storedAs(String name) {
        PackedTensors nibbles = nibbles(name);
        if (nibbles != null) {
            return nibbles.format().formatName();
        }
        TensorInfo info = info(name);
        return info.dtype() == Dtype.F8_E4M3 && scaleInfo(name) != null ? BlockScales.FORMAT : info.stored();
    }

    @Override
    public long storedBytes(String name) {
        PackedTensors nibbles = nibbles(name);
        if (nibbles != null) {
            return nibbles.bytes();
        }
        TensorInfo scale = scaleInfo(name);
        return info(name).bytes() + (scale == null ? 0 : scale.bytes());
    }

    @Override
    public Matrix matrix(String name) {
        PackedTensors nibbles = nibbles(name);
        return nibbles != null ? nibbles.matrix() : new CheckpointMatrix(file(name), info(name), scales(name));
    }

    /**
     * Holds the checkpoint against a configuration: every weight of the model must be there in its shape and a floating
     * format, and nothing else may be but what {@link WeightNames#isIgnored} lists.
     *
     * @param model the model
     * @return names of the tensors that are skipped, to be reported
     * @throws CheckpointException naming every tensor that is missing, misshapen, of another format, or that nobody
     *                                 reads
     */
    @Override
    public List<String> validate(ModelConfig model) {
        Map<String, Weight> weights = model.weights();
        List<String> problems = new ArrayList<>();
        weights.forEach((name, weight) -> {
            PackedTensors nibbles = nibbles(name);
            if (nibbles != null) {
                if (!nibbles.shape().equals(weight.shape())) {
                    problems.add(name + " has shape " + nibbles.shape() + ", expected " + weight.shape());
                }
            } else if (fileOf.containsKey(name)) {
                checkWeight(info(name), weight, problems);
            } else {
                problems.add(name + " is missing");
            }
        });
        List<String> skipped = new ArrayList<>();
        for (String name : fileOf.keySet()) {
            if (!weights.containsKey(name) && (WeightNames.isIgnored(name, model) || isNotOfWeights(name, model))) {
                skipped.add(name);
            } else if (!weights.containsKey(name) && !isScale(name, weights) && !isNibbles(name, weights)) {
                problems.add(name + " is not a weight of this model");
            }
        }
        if (!problems.isEmpty()) {
            throw new CheckpointException(directory + " does not fit its configuration: " + Problems.text(problems)
                    + Problems.cause(fileOf.keySet(), weights.keySet()));
        }
        return skipped;
    }

    private void checkWeight(TensorInfo info, Weight weight, List<String> problems) {
        if (!info.shape().equals(weight.shape())) {
            problems.add(info.name() + " has shape " + info.shape() + ", expected " + weight.shape());
        } else if (!info.dtype().isFloating()) {
            problems.add(info.name() + " has dtype " + Shortened.text(info.stored()) + ", expected a floating one");
        } else if (info.dtype() == Dtype.F8_E4M3) {
            String problem = BlockScales.problem(info, scaleInfo(info.name()));
            if (problem != null) {
                problems.add(problem);
            }
        }
    }

    private boolean isScale(String name, Map<String, Weight> weights) {
        if (!name.endsWith(WeightNames.SCALE_SUFFIX)) {
            return false;
        }
        String matrix = name.substring(0, name.length() - WeightNames.SCALE_SUFFIX.length());
        return weights.containsKey(matrix) && fileOf.containsKey(matrix) && info(matrix).dtype() == Dtype.F8_E4M3;
    }

    /** Whether a tensor is a scale of something else than weights beside a weight that is stored in 4 bits. */
    private boolean isNotOfWeights(String name, ModelConfig model) {
        return model.fourBits() && FloatNibbleLayout.NOT_OF_WEIGHTS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Whether a tensor is a part of a weight that is stored in 4 bits. */
    private boolean isNibbles(String name, Map<String, Weight> weights) {
        int dot = name.lastIndexOf('.') + 1;
        String weight = name.substring(0, dot) + "weight";
        boolean floats = FloatNibbleLayout.ENDINGS.contains(name.substring(dot));
        boolean known = fileOf.containsKey(weight)
                ? floats && info(weight).dtype() == Dtype.U8
                : floats || NibbleLayout.ENDINGS.contains(name.substring(dot));
        return weights.containsKey(weight) && known;
    }

    /** The tensors of a weight that is stored in 4 bits; null for every other. */
    private @Nullable PackedTensors nibbles(String name) {
        if (fileOf.containsKey(name) && info(name).dtype() != Dtype.U8) {
            return null;
        }
        Function<String,
                @Nullable StoredTensor> tensors = tensor -> fileOf.containsKey(tensor)
                        ? new StoredTensor(file(tensor), info(tensor))
                        : null;
        FloatNibbleTensors floats = FloatNibbleTensors.find(name, tensors);
        return floats != null || fileOf.containsKey(name) ? floats : NibbleTensors.find(name, tensors);
    }

    /** The block scales of an FP8 matrix; null for every other tensor. */
    private @Nullable BlockScales scales(String name) {
        TensorInfo matrix = info(name);
        if (matrix.dtype() != Dtype.F8_E4M3) {
            return null;
        }
        TensorInfo info = scaleInfo(name);
        String problem = BlockScales.problem(matrix, info);
        if (problem != null || info == null) {
            throw new CheckpointException(directory + ": " + problem);
        }
        return new BlockScales(file(info.name()).read(info.name()).values(), Math.toIntExact(info.width()));
    }

    private @Nullable TensorInfo scaleInfo(String matrix) {
        String name = matrix + WeightNames.SCALE_SUFFIX;
        return fileOf.containsKey(name) ? info(name) : null;
    }

    private SafetensorsFile file(String name) {
        SafetensorsFile file = fileOf.get(name);
        if (file == null) {
            throw new CheckpointException(directory + " has no tensor " + name);
        }
        return file;
    }

    /** Unmaps all files; what {@link #bytes} gave must not be touched any more. */
    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
