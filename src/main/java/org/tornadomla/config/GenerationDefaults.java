package org.tornadomla.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

import org.tornadomla.error.ConfigurationException;

/**
 * What {@code generation_config.json} says of how a model is meant to be used. Keys besides these have no influence.
 *
 * @param samples           whether tokens are drawn, {@code do_sample}; without it the likeliest is taken, whatever the
 *                              other values are
 * @param temperature       {@code temperature}
 * @param topK              {@code top_k}
 * @param topP              {@code top_p}
 * @param minP              {@code min_p}
 * @param repetitionPenalty {@code repetition_penalty}
 * @param endTokenIds       {@code eos_token_id}, one or several; empty where the file has none
 */
public record GenerationDefaults(boolean samples, OptionalDouble temperature, OptionalInt topK, OptionalDouble topP,
        OptionalDouble minP, OptionalDouble repetitionPenalty, List<Integer> endTokenIds) {

    /** Name of the file. */
    public static final String FILE = "generation_config.json";

    /** Those of a model that has no such file. */
    public static final GenerationDefaults NONE = new GenerationDefaults(false, OptionalDouble.empty(),
            OptionalInt.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), List.of());

    /** Copies the list. */
    public GenerationDefaults {
        endTokenIds = List.copyOf(endTokenIds);
    }

    /**
     * Reads the file of a folder.
     *
     * @param folder of a model
     * @return {@link #NONE} where there is no such file
     * @throws ConfigurationException when it cannot be read, or a value is of the wrong kind
     */
    public static GenerationDefaults read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return NONE;
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read " + file + ": " + e, e);
        }
        JsonObject json = JsonObject.parse(text, file.toString());
        return new GenerationDefaults(json.flag("do_sample"), json.optionalNumber("temperature"),
                json.optionalInteger("top_k"), json.optionalNumber("top_p"), json.optionalNumber("min_p"),
                json.optionalNumber("repetition_penalty"), ModelConfigReader.endTokens(json));
    }
}
