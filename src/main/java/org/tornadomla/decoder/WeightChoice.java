package org.tornadomla.decoder;

import org.tornadomla.backend.Support;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.WeightNames;
import org.tornadomla.checkpoint.WeightPart;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.WeightType;

/** In which number format a device holds a checkpoint's matrices when nobody says. */
public final class WeightChoice {

    private WeightChoice() {
    }

    /**
     * What the options ask for; else bfloat16 or 16-bit IEEE numbers where all matrices are stored so, which keeps
     * every number, and 32 bits otherwise. 32 bits too on a device without 16-bit IEEE numbers, if they are stored; on
     * one with many cores, since the kernels for it have no other form; and instead of bfloat16 on an engine that does
     * not read the bits of an int as a float, and so works each number out, several times slower.
     *
     * @param files the model's files, validated
     */
    public static WeightType of(DecoderOptions options, ModelConfig model, Checkpoint files, Target target) {
        if (options.weightType().isPresent() || target.manyCores()) {
            return options.weightType().orElse(WeightType.F32);
        }
        if (target.engine().castsBits() && areAll(Dtype.BF16, model, files)) {
            return WeightType.BF16;
        }
        return target.limits().half() == Support.YES && areAll(Dtype.F16, model, files)
                ? WeightType.F16
                : WeightType.F32;
    }

    private static boolean areAll(Dtype stored, ModelConfig model, Checkpoint files) {
        return WeightNames.of(model).values().stream().filter(WeightChoice::isMultiplied)
                .allMatch(weight -> files.info(weight.name()).dtype() == stored);
    }

    private static boolean isMultiplied(WeightNames.Weight weight) {
        return weight.shape().size() == 2 && weight.part() != WeightPart.EMBEDDING
                && weight.part() != WeightPart.ROUTER;
    }
}
