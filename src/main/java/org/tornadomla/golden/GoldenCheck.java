package org.tornadomla.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tornadomla.backend.Target;
import org.tornadomla.gguf.GgufModel;

/** A golden case that can be run. */
public interface GoldenCheck {

    /** The case's name. */
    String name();

    /** Largest error that passes, as a fraction of the largest expected magnitude. */
    double allowed();

    /** Runs the case on a device. */
    Outcome run(Target target);

    /**
     * The case in a file, or of a model's folder or GGUF file.
     *
     * @throws org.tornadomla.error.MlaException when it holds none
     */
    static GoldenCheck read(Path path) {
        if (GgufModel.isGguf(path) && GoldenTensors.isTensors(path)) {
            return GoldenTensors.read(path);
        }
        if (Files.isRegularFile(path) && !GgufModel.isGguf(path)) {
            if (GoldenTraining.isTraining(path)) {
                return new GoldenTrainingRun(GoldenTraining.read(path));
            }
            if (GoldenMixture.isMixture(path)) {
                return new GoldenMixtureRun(GoldenMixture.read(path));
            }
        }
        return GoldenModel.isModel(path) || GgufModel.isGguf(path)
                ? new GoldenModelRun(GoldenModel.read(path))
                : new GoldenRun(GoldenReader.read(path));
    }

    /**
     * What came out.
     *
     * @param error      largest difference as a fraction of the largest expected magnitude; NaN where a result is no
     *                       number
     * @param difference what else is not as expected
     */
    record Outcome(double error, Optional<String> difference) {

        /** Whether the case passes; an error that is no number does not. */
        public boolean passes(double allowed) {
            return error <= allowed && difference.isEmpty();
        }
    }
}
