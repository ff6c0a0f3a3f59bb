package org.tornadomla.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.checkpoint.WeightNames;
import org.tornadomla.error.CheckpointException;

/**
 * A golden file under reading, with refusals that name it.
 *
 * @param file    the file
 * @param tensors its content
 */
record GoldenSource(Path file, SafetensorsFile tensors) {

    private static final Pattern ROWS = Pattern
            .compile("sequence (\\d{1,9})\\b.*compare only its rows (\\d{1,9})\\.\\.(\\d{1,9})");

    CheckpointException bad(String what) {
        return new CheckpointException(file + ": " + what);
    }

    String text(String key) {
        String text = tensors.metadata().get(key);
        if (text == null) {
            throw bad("metadata has no " + key);
        }
        return text;
    }

    double number(String key) {
        try {
            return Double.parseDouble(text(key));
        } catch (NumberFormatException e) {
            throw new CheckpointException(file + ": metadata " + key + " is " + text(key) + ", must be a number", e);
        }
    }

    JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + ": metadata config is not json: " + e.getOriginalMessage(), e);
        }
    }

    int integer(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.canConvertToInt()) {
            throw bad("config " + key + " is " + value + ", must be a whole number");
        }
        return value.intValue();
    }

    TensorData read(String name, int axes) {
        TensorData data = tensors.read(name);
        if (data.shape().size() != axes) {
            throw bad(name + " has shape " + data.shape() + ", expected " + axes + " sizes");
        }
        return data;
    }

    /** A tensor of another one's shape. */
    TensorData same(String name, TensorData other) {
        TensorData data = tensors.read(name);
        require(name, data, other.shape());
        return data;
    }

    TensorData matrix(String name) {
        return read(name, 2);
    }

    Optional<TensorData> optional(String name, int axes) {
        return tensors.names().contains(name) ? Optional.of(read(name, axes)) : Optional.empty();
    }

    GoldenCase.Expected expected() {
        return new GoldenCase.Expected(tensors.read("y"), optional("cache_kv", 3), optional("cache_kr", 3),
                number("tolerance"), rows());
    }

    private Optional<GoldenCase.ComparedRows> rows() {
        String note = tensors.metadata().getOrDefault("note", "");
        Matcher rows = ROWS.matcher(note);
        if (rows.find()) {
            return Optional.of(new GoldenCase.ComparedRows(Integer.parseInt(rows.group(1)),
                    Integer.parseInt(rows.group(2)), Integer.parseInt(rows.group(3))));
        }
        if (note.contains("compare only")) {
            throw bad("note \"" + note + "\" limits the comparison in words that are not understood");
        }
        return Optional.empty();
    }

    void checkShapes(GoldenCase golden) {
        WeightNames.of(golden.config()).forEach((name, weight) -> {
            TensorData data = golden.weights().get(name);
            if (data == null) {
                throw bad("weight " + name + " is missing");
            }
            require(name, data, weight.shape());
        });
        TensorData x = golden.inputs().x();
        long hidden = golden.config().hiddenSize();
        if (x.size(2) != hidden) {
            throw bad("x has shape " + x.shape() + ", expected [batch, tokens, " + hidden + "]");
        }
        require("y", golden.expected().y(), x.shape());
        if (golden.inputs().positions().length != x.size(0) * x.size(1)) {
            throw bad("position_ids has " + golden.inputs().positions().length + " numbers, expected "
                    + x.size(0) * x.size(1));
        }
        TensorData keys = golden.inputs().context().orElse(x);
        if (keys.size(0) != x.size(0) || keys.size(2) != hidden) {
            throw bad("context has shape " + keys.shape() + ", expected [" + x.size(0) + ", keys, " + hidden + "]");
        }
        golden.inputs().mask().ifPresent(mask -> requireMask(mask, golden.config().numHeads(), x, keys.size(1)));
        requireCache("cache_kv", golden.expected().cacheKv(), keys, golden.config().kvLoraRank());
        requireCache("cache_kr", golden.expected().cacheKr(), keys, golden.config().qkRopeHeadDim());
    }

    private void requireMask(TensorData mask, int heads, TensorData x, long keys) {
        List<Long> shape = mask.shape();
        boolean fits = (shape.get(0) == 1 || shape.get(0) == x.size(0)) && (shape.get(1) == 1 || shape.get(1) == heads)
                && shape.get(2) == x.size(1) && shape.get(3) == keys;
        if (!fits) {
            throw bad("mask has shape " + shape + ", expected [1 or " + x.size(0) + ", 1 or " + heads + ", " + x.size(1)
                    + ", " + keys + "]");
        }
    }

    private void requireCache(String name, Optional<TensorData> rows, TensorData keys, long width) {
        rows.ifPresent(data -> require(name, data, List.of(keys.shape().get(0), keys.shape().get(1), width)));
    }

    private void require(String name, TensorData data, List<Long> shape) {
        if (!data.shape().equals(shape)) {
            throw bad(name + " has shape " + data.shape() + ", expected " + shape);
        }
    }
}
