package org.tornadomla.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadomla.blocks.BlockEncoder;
import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightPart;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.tensor.CheckedWeights;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;

/**
 * Makes a GGUF file of a model: metadata as llama.cpp's converter writes them for {@code deepseek2}, tensors in the
 * order and the types of its quantisation.
 */
public final class GgufConversion {

    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d+)\\..*");

    private final ModelConfig model;
    private final NamedWeights weights;
    private final FileType type;
    private final GgufWriter writer = new GgufWriter();

    /**
     * Prepares a conversion; nothing is written yet.
     *
     * @param name      the model's name, for people
     * @param model     its configuration
     * @param weights   its weights
     * @param tokenizer folder with its {@code tokenizer.json}
     * @param type      how matrices are stored
     * @throws org.tornadomla.error.ConfigurationException naming what such a file cannot hold
     * @throws org.tornadomla.error.TokenizerException     when the tokenizer is none that such a file can hold
     */
    public GgufConversion(String name, ModelConfig model, WeightSource weights, Path tokenizer, FileType type) {
        this.model = model;
        this.weights = new CheckedWeights(weights);
        this.type = type;
        writer.text(GgufKeys.ARCHITECTURE, GgufKeys.DEEPSEEK2);
        writer.text("general.type", "model");
        writer.text("general.name", name);
        ConfigKeys.write(model, writer);
        writer.integer("general.file_type", type.number());
        if (type.isQuantized()) {
            writer.integer(GgufKeys.QUANTIZATION_VERSION, 2);
        }
        TokenizerKeys.write(tokenizer, model.vocabSize(), writer);
        tensors().forEach(writer::tensor);
    }

    /** Bytes of all tensors. */
    public long tensorBytes() {
        return writer.tensorBytes();
    }

    /**
     * Writes the file.
     *
     * @param target its name; an existing file is replaced when the new one is complete
     * @param done   told from time to time how many bytes of tensors are written
     * @throws org.tornadomla.error.CheckpointException    when it cannot be written, or naming a weight that holds a
     *                                                         NaN or an infinity; nothing of the file is left then
     * @throws org.tornadomla.error.ConfigurationException when a weight is too large for the format
     */
    public void write(Path target, LongConsumer done) {
        writer.write(target, done);
    }

    private List<GgufWriter.Tensor> tensors() {
        List<GgufWriter.Tensor> tensors = new ArrayList<>();
        Set<String> expertTensors = new HashSet<>();
        for (Weight weight : model.weights().values()) {
            GgufNames.Place place = GgufNames.of(weight.name());
            if (place.ending().equals(GgufNames.KEY_VALUE_UP)) {
                tensors.add(keys(place, weight));
                tensors.add(values(place, weight));
            } else if (place.expert() < 0) {
                tensors.add(tensor(place.tensor(), weight, weight.shape(),
                        List.of(() -> weight.shape().size() == 1 ? vector(weight) : weights.matrix(weight.name()))));
            } else if (expertTensors.add(place.tensor())) {
                tensors.add(experts(place, weight));
            }
        }
        tensors.sort(Comparator.comparingInt((GgufWriter.Tensor tensor) -> layer(tensor.name()))
                .thenComparing(GgufWriter.Tensor::name));
        return tensors;
    }

    /** A tensor's layer; -1 for those of the whole model, which come first. */
    private static int layer(String name) {
        Matcher layer = LAYER.matcher(name);
        return layer.matches() ? Integer.parseInt(layer.group(1)) : -1;
    }

    private Matrix vector(Weight weight) {
        float[] values = weights.read(weight.name());
        return Matrix.of(1, values.length, values);
    }

    private GgufWriter.Tensor tensor(String name, Weight weight, List<Long> shape, List<Supplier<Matrix>> slices) {
        boolean rounded = shape.size() > 1 && weight.part() != WeightPart.ROUTER;
        BlockEncoder format = rounded ? type.of(name, shape.getLast()) : PlainFormat.F32;
        return new GgufWriter.Tensor(name, format, shape, slices);
    }

    private GgufWriter.Tensor experts(GgufNames.Place place, Weight first) {
        int count = model.experts().orElseThrow().nRoutedExperts();
        List<Supplier<Matrix>> slices = new ArrayList<>();
        for (int expert = 0; expert < count; expert++) {
            String name = first.name().replace(".experts." + place.expert() + ".", ".experts." + expert + ".");
            slices.add(() -> weights.matrix(name));
        }
        return tensor(place.tensor(), first, List.of((long) count, first.shape().get(0), first.shape().get(1)), slices);
    }

    private GgufWriter.Tensor keys(GgufNames.Place place, Weight weight) {
        MlaConfig attention = model.attention();
        int nope = attention.qkNopeHeadDim();
        List<Supplier<Matrix>> heads = new ArrayList<>();
        for (int head = 0; head < attention.numHeads(); head++) {
            int firstRow = head * (nope + attention.vHeadDim());
            heads.add(() -> new HeadKeys(weights.matrix(weight.name()), firstRow, nope));
        }
        return tensor(place.layer() + GgufNames.KEY_UP, weight,
                List.of((long) attention.numHeads(), (long) attention.kvLoraRank(), (long) nope), heads);
    }

    private GgufWriter.Tensor values(GgufNames.Place place, Weight weight) {
        MlaConfig attention = model.attention();
        int width = attention.vHeadDim();
        List<Supplier<Matrix>> heads = new ArrayList<>();
        for (int head = 0; head < attention.numHeads(); head++) {
            int firstRow = head * (attention.qkNopeHeadDim() + width) + attention.qkNopeHeadDim();
            heads.add(() -> Matrices.part(weights.matrix(weight.name()), firstRow, width, 0, attention.kvLoraRank()));
        }
        return tensor(place.layer() + GgufNames.VALUE_UP, weight,
                List.of((long) attention.numHeads(), (long) width, (long) attention.kvLoraRank()), heads);
    }
}
