package org.tornadomla.decoder;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tornadomla.backend.Target;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightPart;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.StoredType;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.weights.ActivationType;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** In which number format a device holds a checkpoint's matrices when nobody says. */
public final class WeightChoice {

    private WeightChoice() {
    }

    /**
     * What the options ask for; else each matrix in the block format in which it is stored, if some are; else bfloat16
     * or 16-bit IEEE numbers where all matrices are stored so, which keeps every number, and 32 bits otherwise. 32 bits
     * too on a device without 16-bit IEEE numbers, if they are stored; and instead of bfloat16 on one of few cores
     * without bit casts, which works each number out, several times slower. The embedding is always in the files' own
     * bits where there are kernels that copy such rows: it is not multiplied with, so this rounds nothing and is as
     * fast.
     *
     * @param files the model's files, validated
     */
    public static FormatChoice of(DecoderOptions options, ModelConfig model, WeightSource files, Target target) {
        FormatChoice choice = options.weightType().<FormatChoice>map(type -> type).orElseGet(() -> {
            Set<String> stored = multiplied(model, files);
            return WeightFormats.asStored(format -> format.isFast(target), files::storedAs, stored)
                    .orElseGet(() -> plain(stored, target));
        });
        return rounding(options, choice).withTable(table(model, Optional.of(files)));
    }

    /**
     * A choice with the activations that options ask for.
     *
     * @throws org.tornadomla.error.ConfigurationException when no product could take them
     */
    static FormatChoice rounding(DecoderOptions options, FormatChoice choice) {
        return options.activations() == ActivationType.INT8 ? WeightFormats.dots(choice) : choice;
    }

    /** Each matrix in the format of the files, if some are in blocks that a device keeps as they are. */
    public static Optional<FormatChoice> stored(ModelConfig model, WeightSource files) {
        return WeightFormats.asStored(format -> true, files::storedAs, multiplied(model, files));
    }

    /**
     * The format of the embedding.
     *
     * @param files the model's files; without them the configuration says how weights are stored
     */
    public static NumberFormat table(ModelConfig model, Optional<WeightSource> files) {
        String stored = files.map(source -> source.storedAs(model.embeddingName()))
                .orElse(model.storedType() == StoredType.BFLOAT16 ? Dtype.BF16.name() : Dtype.F32.name());
        return WeightFormats.byName(stored).map(NumberFormat::ofTables).orElse(WeightFormats.F32);
    }

    private static Set<String> multiplied(ModelConfig model, WeightSource files) {
        return model.weights().values().stream().filter(WeightChoice::isMultiplied)
                .map(weight -> files.storedAs(weight.name())).collect(Collectors.toSet());
    }

    private static NumberFormat plain(Set<String> stored, Target target) {
        return WeightFormats.ALL.stream()
                .filter(format -> format.isFast(target)
                        && format.stored().filter(type -> stored.equals(Set.of(type.name()))).isPresent())
                .findFirst().orElse(WeightFormats.F32);
    }

    private static boolean isMultiplied(Weight weight) {
        return weight.shape().size() == 2 && weight.part() != WeightPart.EMBEDDING
                && weight.part() != WeightPart.ROUTER;
    }
}
