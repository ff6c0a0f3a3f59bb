package org.tornadomla.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tornadomla.checkpoint.Problems;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Matrix;

/**
 * A {@code deepseek2} model in a GGUF file, or in several of a split: its configuration and its weights under the names
 * of checkpoints.
 */
public final class GgufModel implements WeightSource {

    private final Path path;
    private final GgufParts parts;
    private final ModelConfig config;
    private final Map<String, StoredWeight> weights = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();

    private GgufModel(Path path, GgufParts parts) {
        this.path = path;
        this.parts = parts;
        this.config = GgufConfig.read(parts);
        requireExperts();
        for (String name : config.weights().keySet()) {
            StoredWeight weight = find(GgufNames.of(name));
            if (weight != null) {
                weights.put(name, weight);
            }
        }
    }

    /**
     * Whether a path is that of a GGUF file, by its ending.
     *
     * @param path any path
     */
    public static boolean isGguf(Path path) {
        return path.getFileName() != null && path.getFileName().toString().endsWith(".gguf");
    }

    /**
     * Opens a model.
     *
     * @param file its file, or any of the files of a split model
     * @return the model, to be closed
     * @throws CheckpointException                         when a file does not hold what it says, or something that
     *                                                         this library does not understand
     * @throws org.tornadomla.error.ConfigurationException when a size is out of range
     */
    public static GgufModel open(Path file) {
        GgufParts parts = GgufParts.open(file);
        try {
            return new GgufModel(file, parts);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** The model's configuration. */
    public ModelConfig config() {
        return config;
    }

    /** The metadata of the first file. */
    public GgufMetadata metadata() {
        return parts.metadata();
    }

    /** The tensors of all files as they are stored, by name. */
    public Map<String, GgufTensor> tensors() {
        return parts.tensors();
    }

    /**
     * A mixture whose experts are not there is named by the tensor that has them all, and not by each of its experts.
     */
    private void requireExperts() {
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            String name = "blk." + layer + "." + GgufNames.DOWN_EXPERTS;
            if (config.layers().get(layer).has(MixtureBlock.class) && !parts.tensors().containsKey(name)) {
                throw bad("tensor " + name + " is missing");
            }
        }
    }

    /** The weight at a place; null when its tensors are not there. What is found counts as used. */
    private StoredWeight find(GgufNames.Place place) {
        GgufTensor tensor = take(place.tensor());
        if (place.expert() >= 0) {
            return expert(place, tensor);
        }
        if (tensor == null && place.ending().equals(GgufNames.KEY_VALUE_UP)) {
            GgufTensor keys = take(place.layer() + GgufNames.KEY_UP);
            GgufTensor values = take(place.layer() + GgufNames.VALUE_UP);
            if (keys == null || values == null) {
                return null;
            }
            KeyValueRows rows = new KeyValueRows(keys, values);
            if (!rows.fits()) {
                throw bad("tensors " + keys.name() + " of shape " + keys.shape() + " and " + values.name()
                        + " of shape " + values.shape() + " do not fit each other");
            }
            return rows;
        }
        return tensor == null ? null : TensorRows.whole(tensor);
    }

    private StoredWeight expert(GgufNames.Place place, GgufTensor own) {
        boolean gate = place.ending().startsWith("ffn_gate");
        boolean fused = own == null && !place.ending().startsWith("ffn_down");
        GgufTensor tensor = fused ? take(place.layer() + GgufNames.GATE_UP) : own;
        if (tensor == null) {
            return null;
        }
        if (tensor.shape().size() != 3 || place.expert() >= tensor.shape().getFirst()
                || fused && tensor.shape().get(1) % 2 != 0) {
            throw bad("tensor " + tensor.name() + " has shape " + tensor.shape() + ", expected ["
                    + config.experts().orElseThrow().nRoutedExperts() + ", outputs, inputs]");
        }
        return TensorRows.slice(tensor, place.expert(), fused && !gate ? 1 : 0, fused ? 2 : 1);
    }

    private GgufTensor take(String name) {
        GgufTensor tensor = parts.tensors().get(name);
        if (tensor != null) {
            used.add(name);
        }
        return tensor;
    }

    @Override
    public List<String> validate(ModelConfig model) {
        List<String> problems = new ArrayList<>();
        model.weights().forEach((name, weight) -> {
            StoredWeight stored = weights.get(name);
            if (stored == null) {
                problems.add(GgufNames.of(name).tensor() + " (" + name + ") is missing");
            } else if (!stored.shape().equals(weight.shape())) {
                problems.add(GgufNames.of(name).tensor() + " (" + name + ") has shape " + stored.shape() + ", expected "
                        + weight.shape());
            }
        });
        parts.tensors().forEach((name, tensor) -> {
            if (!used.contains(name)) {
                problems.add(name + " is not a weight of this model");
            } else if (tensor.shape().size() == 3 && tensor.shape().getFirst() != slices(model, name)) {
                problems.add(name + " has " + tensor.shape().getFirst() + " slices, expected " + slices(model, name));
            }
        });
        if (!problems.isEmpty()) {
            throw bad("does not fit its metadata: " + Problems.text(problems));
        }
        return List.of();
    }

    private static long slices(ModelConfig model, String tensor) {
        return tensor.contains("_exps.")
                ? model.experts().orElseThrow().nRoutedExperts()
                : model.attention().numHeads();
    }

    @Override
    public String storedAs(String name) {
        return weight(name).storedAs();
    }

    @Override
    public long storedBytes(String name) {
        return weight(name).bytes();
    }

    @Override
    public float[] read(String name) {
        StoredWeight weight = weight(name);
        long count = weight.shape().stream().reduce(1L, (left, right) -> left * right);
        if (count > Integer.MAX_VALUE - 8) {
            throw bad("weight " + name + " has " + count + " numbers, more than an array holds; read it by rows");
        }
        Matrix matrix = weight.matrix();
        float[] values = new float[(int) count];
        float[] row = new float[matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            matrix.read(i, row);
            System.arraycopy(row, 0, values, i * row.length, row.length);
        }
        return values;
    }

    @Override
    public Matrix matrix(String name) {
        return weight(name).matrix();
    }

    private StoredWeight weight(String name) {
        StoredWeight weight = weights.get(name);
        if (weight == null) {
            throw bad("has no weight " + name);
        }
        return weight;
    }

    private CheckpointException bad(String what) {
        return new CheckpointException(path + ": " + what);
    }

    /** Unmaps all files. */
    @Override
    public void close() {
        parts.close();
    }
}
