package org.tornadomla.spark;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;

/** What a user wrote behind the program's name. */
final class BatchArguments {

    private static final Set<String> TASKS = Set.of("generate", "score", "embed");
    private static final Set<String> COMMON = Set.of("model", "in", "out", "task", "key", "parts", "batch",
            "cache-tokens", "engine", "device", "weights", "no-begin-token");
    private static final Map<String,
            Set<String>> OWN = Map.of("generate",
                    Set.of("prompt", "messages", "max-tokens", "temperature", "top-k", "top-p", "stop", "seed"),
                    "score", Set.of("text", "context"), "embed", Set.of("text", "pooling"));
    private static final Set<String> WITHOUT_VALUE = Set.of("no-begin-token");
    /** What changes no result. */
    private static final Set<String> FREE = Set.of("in", "out", "parts", "batch", "cache-tokens", "engine", "device");

    private final Map<String, String> values = new TreeMap<>();

    /** @throws ConfigurationException when an option is unknown, has no value, or a needed one is missing */
    BatchArguments(String... given) {
        for (int i = 0; i < given.length; i++) {
            String name = given[i].startsWith("--") ? given[i].substring(2) : "";
            if (!COMMON.contains(name) && OWN.values().stream().noneMatch(names -> names.contains(name))) {
                throw new ConfigurationException("unknown option " + given[i]);
            }
            if (WITHOUT_VALUE.contains(name)) {
                values.put(name, "");
            } else if (++i < given.length) {
                values.put(name, given[i]);
            } else {
                throw new ConfigurationException("--" + name + " needs a value");
            }
        }
        List.of("model", "in", "out").forEach(this::get);
        if (!TASKS.contains(task())) {
            throw new ConfigurationException("--task is " + task() + ", must be generate, score or embed");
        }
        values.keySet().stream()
                .filter(name -> !COMMON.contains(name) && !OWN.getOrDefault(task(), Set.of()).contains(name))
                .findFirst().ifPresent(name -> {
                    throw new ConfigurationException("--" + name + " is no option of the task " + task());
                });
    }

    String task() {
        return get("task", "generate");
    }

    /** What decides results, in words. */
    String job() {
        return task() + values.entrySet().stream()
                .filter(value -> !FREE.contains(value.getKey()) && !value.getKey().equals("task"))
                .map(value -> " --" + value.getKey() + (value.getValue().isEmpty() ? "" : " " + value.getValue()))
                .collect(Collectors.joining());
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new ConfigurationException("--" + name + " is missing");
        }
        return value;
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    @Nullable
    String find(String name) {
        return values.get(name);
    }

    List<String> list(String name) {
        return has(name) ? List.of(get(name).split(",")) : List.of();
    }

    int number(String name, int otherwise) {
        return number(name, otherwise, Integer::valueOf);
    }

    long number(String name, long otherwise) {
        return number(name, otherwise, Long::valueOf);
    }

    double number(String name, double otherwise) {
        return number(name, otherwise, Double::valueOf);
    }

    private <T> T number(String name, T otherwise, Function<String, T> reader) {
        if (!has(name)) {
            return otherwise;
        }
        try {
            return reader.apply(get(name));
        } catch (NumberFormatException e) {
            throw new ConfigurationException("--" + name + " is " + get(name) + ", must be a number");
        }
    }
}
