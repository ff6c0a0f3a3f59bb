package org.tornadomla.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.tornadomla.error.MlaException;

/**
 * Damages a file in many ways, loads it, and tells how it ended. Half of the damages are to bytes, half to values of
 * the json. {@code -Dmla.fuzz.mutations=20000} makes more of them than the tests do by themselves.
 */
public final class LoaderFuzz {

    private static final int MUTATIONS = Integer.getInteger("mla.fuzz.mutations", 1_000);
    /** What a loader may allocate besides what follows from the file's size: buffers and tables of its libraries. */
    private static final long BESIDE = 64L << 20;
    private static final int SHARE = 200;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private LoaderFuzz() {
    }

    /** Loads a file; what it throws must be an {@link MlaException}. */
    @FunctionalInterface
    public interface Loader {
        void load();
    }

    /**
     * How it ended.
     *
     * @param mutations tried
     * @param refused   ended in an exception of this library
     * @param slowest   nanoseconds of the slowest
     * @param allocated most bytes that one allocated
     * @param bound     bytes that one may allocate
     */
    public record Result(int mutations, int refused, long slowest, long allocated, long bound) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT,
                    "%d mutations, %d refused, none unexpected; slowest %.0f ms, most allocated %.1f MiB of %.0f",
                    mutations, refused, slowest / 1e6, allocated / (double) (1 << 20), bound / (double) (1 << 20));
        }
    }

    /**
     * Damages a file again and again, and puts it right in the end.
     *
     * @param file   the file, valid json
     * @param seed   of the damages
     * @param loader reads the file
     * @throws AssertionError for an exception that is not this library's, and for an allocation that the file's size
     *                            does not explain
     */
    public static Result attack(Path file, long seed, Loader loader) {
        byte[] valid = read(file);
        Random random = new Random(seed);
        long bound = BESIDE + SHARE * (long) valid.length;
        int refused = 0;
        long slowest = 0;
        long most = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = random.nextBoolean() ? damagedBytes(valid, random) : damagedJson(valid, random);
            write(file, damaged);
            long start = System.nanoTime();
            long before = allocated();
            try {
                loader.load();
            } catch (MlaException e) {
                refused++;
                if (e.getMessage().length() > 20_000) {
                    throw new AssertionError("a message of " + e.getMessage().length() + " characters");
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "mutation " + i + " of " + file.getFileName() + ": unexpected " + e + "\n" + shown(damaged), e);
            }
            most = Math.max(most, allocated() - before);
            slowest = Math.max(slowest, System.nanoTime() - start);
            if (most > bound) {
                throw new AssertionError("mutation " + i + " of " + file.getFileName() + ": " + most
                        + " bytes were allocated, a file of " + valid.length + " explains " + bound + "\n"
                        + shown(damaged));
            }
        }
        write(file, valid);
        return new Result(MUTATIONS, refused, slowest, most, bound);
    }

    private static String shown(byte[] damaged) {
        String text = new String(damaged, StandardCharsets.UTF_8);
        return text.substring(0, Math.min(3000, text.length()));
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
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
