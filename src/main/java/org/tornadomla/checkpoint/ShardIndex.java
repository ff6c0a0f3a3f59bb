package org.tornadomla.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.tornadomla.config.Shortened;
import org.tornadomla.error.CheckpointException;

/** Reads {@code model.safetensors.index.json}: which shard holds which tensor. */
final class ShardIndex {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String MAP = "weight_map";

    private ShardIndex() {
    }

    /**
     * Reads an index.
     *
     * @param file the index
     * @return tensor name to shard, each an existing file beside the index
     * @throws CheckpointException when it is not an index or names a file that is not there
     */
    static Map<String, Path> read(Path file) {
        JsonNode json;
        try {
            json = MAPPER.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CheckpointException("Cannot read " + file + ": " + Shortened.text(String.valueOf(e.getMessage())),
                    e);
        }
        JsonNode map = json == null ? null : json.get(MAP);
        if (map == null || !map.isObject() || map.isEmpty()) {
            throw new CheckpointException(file + " has no object " + MAP + " of tensor names to shards");
        }
        Map<String, Path> shards = new LinkedHashMap<>();
        map.properties().forEach(entry -> shards.put(entry.getKey(), shard(file, entry.getKey(), entry.getValue())));
        return shards;
    }

    private static Path shard(Path index, String tensor, JsonNode value) {
        String where = index + ": " + MAP + " of " + Shortened.text(tensor);
        String name = value.textValue();
        // An index comes from elsewhere: it must not reach out of its own folder.
        if (name == null || name.isEmpty() || name.contains("/") || name.contains("\\") || name.indexOf('\0') >= 0) {
            throw new CheckpointException(where + " is " + Shortened.text(value.toString())
                    + ", must be the name of a file beside the index");
        }
        Path shard;
        try {
            shard = index.resolveSibling(name);
        } catch (InvalidPathException e) {
            throw new CheckpointException(
                    where + " is no name that a file can have here: " + Shortened.text(value.toString()), e);
        }
        if (!Files.isRegularFile(shard)) {
            throw new CheckpointException(
                    where + " names " + Shortened.text(value.toString()) + ", which is not beside the index");
        }
        return shard;
    }
}
