package org.tornadomla.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damages a file in many ways and loads it each time. Half of the damages are to bytes, half to values of the json
 * where the file is json.
 */
public final class LoaderFuzz {

    private static final int MUTATIONS = 400;
    private static final int SHARE = 200;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private LoaderFuzz() {
    }

    /**
     * Damages a file again and again, and puts it right in the end.
     *
     * @param file   the file
     * @param seed   of the damages
     * @param loader reads the file; what it throws must be an exception of this library
     * @return how it went
     */
    public static FuzzWatch attack(Path file, long seed, Runnable loader) {
        byte[] valid = read(file);
        boolean json = file.getFileName().toString().endsWith(".json");
        Random random = new Random(seed);
        FuzzWatch watch = new FuzzWatch(file.getFileName().toString(), valid.length, SHARE);
        for (int i = 0; i < FuzzWatch.mutations(MUTATIONS); i++) {
            byte[] damaged = json && random.nextBoolean() ? damagedJson(valid, random) : damagedBytes(valid, random);
            write(file, damaged);
            watch.load(shown(damaged), loader);
        }
        write(file, valid);
        return watch;
    }

    private static String shown(byte[] damaged) {
        String text = new String(damaged, StandardCharsets.UTF_8);
        return text.substring(0, Math.min(3000, text.length()));
    }

    /** Changes, removes, doubles or swaps bytes, or cuts the end off. */
    private static byte[] damagedBytes(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] = (byte) random.nextInt(256);
            case 1 -> bytes[at] = (byte) "0123456789[]{},:\"-e. \\u".charAt(random.nextInt(23));
            case 2 -> System.arraycopy(valid, at + 1, bytes, at, valid.length - at - 1);
            case 3 -> bytes = Arrays.copyOf(valid, at);
            default -> {
                int other = random.nextInt(bytes.length);
                int length = Math.min(1 + random.nextInt(60), bytes.length - Math.max(at, other));
                System.arraycopy(valid, other, bytes, at, length);
            }
        }
        return bytes;
    }

    /** Gives one value of the json another value, or takes it away, or doubles it under another name. */
    private static byte[] damagedJson(byte[] valid, Random random) {
        try {
            JsonNode json = MAPPER.readTree(valid);
            List<JsonNode> containers = new ArrayList<>();
            collect(json, containers);
            JsonNode container = containers.get(random.nextInt(containers.size()));
            if (container instanceof ObjectNode object && !object.isEmpty()) {
                List<String> keys = new ArrayList<>();
                object.fieldNames().forEachRemaining(keys::add);
                String key = keys.get(random.nextInt(keys.size()));
                switch (random.nextInt(6)) {
                    case 0 -> object.remove(key);
                    case 1 -> object.set("x" + key, object.get(key));
                    default -> object.set(key, value(random));
                }
            } else if (container instanceof ArrayNode array) {
                if (array.isEmpty() || random.nextBoolean()) {
                    array.add(value(random));
                } else {
                    array.set(random.nextInt(array.size()), value(random));
                }
            }
            return MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collect(JsonNode json, List<JsonNode> containers) {
        if (json.isContainerNode()) {
            containers.add(json);
            json.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode value(Random random) throws IOException {
        String[] values = {"null", "true", "false", "0", "-1", "1", "7", "1.5", "-0.0", "1e308", "1e-320", "1000000",
            "1000000000", "2147483647", "-2147483648", "9223372036854775807", "99999999999999999999999", "\"\"",
            "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "\"" + "long ".repeat(2000) + "\"", "[]", "{}", "[[[[1]]]]",
            "{\"a\": {\"b\": []}}", "[1, \"a\", null]", "[".repeat(900) + "]".repeat(900)};
        return MAPPER.readTree(values[random.nextInt(values.length)]);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
