package org.tornadomla.spark;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkFiles;
import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Engine;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.weights.WeightFormats;

/**
 * What an executor loads, and what it tells loaded models apart by.
 *
 * @param path        as every executor finds the model
 * @param engine      one of {@link Engine#words}
 * @param device      null for the engine's first
 * @param batch       texts that go through the layers at once
 * @param cacheTokens tokens that the cache holds over all texts
 * @param outputs     rows that give outputs at once
 * @param weights     number format; null for that of the files
 */
record ModelKey(String path, String engine, @Nullable String device, int batch, int cacheTokens, int outputs,
        @Nullable String weights) implements Serializable {

    /**
     * Checks the values where the job is put together, since an executor would refuse them once a task.
     *
     * @throws ConfigurationException naming the first value out of range
     */
    ModelKey {
        Engine.of(engine);
        if (weights != null && WeightFormats.byName(weights).isEmpty()) {
            throw new ConfigurationException("weights is " + weights + ", must be one of "
                    + WeightFormats.ALL.stream().map(format -> format.name()).toList());
        }
        options(batch, cacheTokens, outputs, weights);
    }

    DecoderOptions options() {
        return options(batch, cacheTokens, outputs, weights);
    }

    private static DecoderOptions options(int batch, int cacheTokens, int outputs, @Nullable String weights) {
        return DecoderOptions.defaults().withBatch(batch).withCacheTokens(cacheTokens).withOutputs(outputs)
                .withWeightType(weights == null ? null : WeightFormats.byName(weights).orElseThrow());
    }

    /**
     * The model's files on this machine: as the path says, or among the files that came with the job.
     *
     * @throws ConfigurationException when they are in neither place
     */
    Path files() {
        Path given = Path.of(path);
        if (Files.exists(given)) {
            return given;
        }
        Path come = Path.of(SparkFiles.getRootDirectory()).resolve(given);
        if (given.isAbsolute() || !Files.exists(come)) {
            throw new ConfigurationException("this machine has no model " + given.toAbsolutePath()
                    + (given.isAbsolute() ? "" : ", and none came with the job")
                    + "; give an absolute path that is there on every machine, or send the model by --archives");
        }
        return come;
    }
}
