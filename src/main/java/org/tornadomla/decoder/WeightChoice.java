package org.tornadomla.decoder;

import org.tornadomla.backend.Target;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightPart;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** In which number format a device holds a checkpoint's matrices when nobody says. */
public final class WeightChoice {

    private WeightChoice() {
    }

    /**
     * What the options ask for; else bfloat16 or 16-bit IEEE numbers where all matrices are stored so, which keeps
     * every number, and 32 bits otherwise. 32 bits too on a device without 16-bit IEEE numbers, if they are stored; on
     * one with many cores, since the kernels for it have no other form; and instead of bfloat16 on one without bit
     * casts, which works each number out, several times slower.
     *
     * @param files the model's files, validated
     */
    public static NumberFormat of(DecoderOptions options, ModelConfig model, WeightSource files, Target target) {
        if (options.weightType().isPresent() || target.manyCores()) {
            return options.weightType().orElse(WeightFormats.F32);
        }
        return WeightFormats.ALL.stream()
                .filter(format -> format.isFast(target)
                        && format.stored().filter(stored -> areAll(stored, model, files)).isPresent())
                .findFirst().orElse(WeightFormats.F32);
    }

    private static boolean areAll(Dtype stored, ModelConfig model, WeightSource files) {
        return model.weights().values().stream().filter(WeightChoice::isMultiplied)
                .allMatch(weight -> files.storedAs(weight.name()).equals(stored.name()));
    }

    private static boolean isMultiplied(Weight weight) {
        return weight.shape().size() == 2 && weight.part() != WeightPart.EMBEDDING
                && weight.part() != WeightPart.ROUTER;
    }
}
