package org.tornadomla.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file of results, one JSON object a line, to which runs append. */
record ResultFile(Path path) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /** Adds a line. */
    void append(Result result) {
        try {
            Files.writeString(path, JSON.writeValueAsString(result) + "\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("results cannot be written to " + path, e);
        }
    }

    /**
     * All results.
     *
     * @throws IllegalArgumentException naming a line that is none
     */
    List<Result> read() {
        List<Result> results = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(path)) {
                results.add(parse(line, results.size() + 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("results cannot be read from " + path, e);
        }
        return results;
    }

    private Result parse(String line, int number) {
        try {
            return JSON.readValue(line, Result.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "line " + number + " of " + path + " is no result: " + e.getOriginalMessage(), e);
        }
    }
}
