package org.tornadomla.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;

/** Reads golden cases of one attention layer; a case it does not understand is refused, never compared in part. */
public final class GoldenReader {

    private static final String PREFIX = "self_attn.";
    private static final Pattern ROWS =
            Pattern.compile("sequence (\\d{1,9})\\b.*compare only its rows (\\d{1,9})\\.\\.(\\d{1,9})");
    private static final double SCALE_TOLERANCE = 1e-9;

    private GoldenReader() {
    }

    /**
     * Reads a case.
     *
     * @param file a safetensors file with expected values
     * @return the case
     * @throws CheckpointException when the file is none, or its softmax scale is not the one of its configuration
     */
    public static GoldenCase read(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            String name = file.getFileName().toString().replaceFirst("\\.safetensors$", "");
            Source source = new Source(file, tensors);
            String config = source.text("config");
            GoldenCase golden = tensors.metadata().containsKey("version")
                    ? attention(name, source, config) : paper(name, source, config);
            source.checkShapes(golden);
            return golden;
        }
    }

    private static GoldenCase attention(String name, Source source, String json) {
        MlaConfig config = ModelConfigReader.parseAttention(json, source.text("version"), source.file.toString());
        double scale = source.number("scaling");
        if (Math.abs(scale - config.softmaxScale()) > SCALE_TOLERANCE * scale) {
            throw source.bad("scaling is " + scale + ", its config gives " + config.softmaxScale());
        }
        Map<String, TensorData> weights = new HashMap<>();
        for (String tensor : source.tensors.names()) {
            if (tensor.startsWith(PREFIX)) {
                weights.put(tensor.substring(PREFIX.length()), source.tensors.read(tensor));
            }
        }
        TensorData x = source.tensors.read("x");
        Optional<TensorData> mask = source.optional("mask");
        GoldenCase.Inputs inputs = new GoldenCase.Inputs(x, source.tensors.readIntegers("position_ids"),
                Optional.empty(), new int[0], mask, mask.isEmpty());
        return new GoldenCase(name, GoldenCase.Kind.ATTENTION, config, weights, inputs, source.expected());
    }

    private static GoldenCase paper(String name, Source source, String json) {
        JsonNode card = source.json(json);
        if (card.path("latent_norm").asBoolean()) {
            throw source.bad("latent_norm is true, whose weights the format does not hold");
        }
        int heads = source.integer(card, "num_heads");
        int nope = source.integer(card, "d_head");
        int rope = source.integer(card, "d_rope");
        MlaConfig config = MlaConfig.builder().hiddenSize(source.integer(card, "d_model")).numHeads(heads)
                .qLoraRank(card.path("d_c_query").asInt(0)).kvLoraRank(source.integer(card, "d_c")).qkNopeHeadDim(nope)
                .qkRopeHeadDim(rope).vHeadDim(nope).queryNorm(false).latentNorm(false)
                .rope(RopeConfig.plain(card.path("rope_theta").asDouble(RopeConfig.DEFAULT_THETA),
                RopeLayout.NEIGHBOURS))
                .build();
        Map<String, TensorData> weights = new HashMap<>();
        TensorData queryUp = byHead(heads, source.tensors.read("W_UQ"), source.tensors.read("W_QR"));
        if (config.qLoraRank() > 0) {
            weights.put("q_a_proj.weight", source.tensors.read("W_DQ"));
            weights.put("q_b_proj.weight", queryUp);
        } else {
            weights.put("q_proj.weight", queryUp);
        }
        weights.put("kv_a_proj_with_mqa.weight", byHead(1, source.tensors.read("W_DKV"), source.tensors.read("W_KR")));
        weights.put("kv_b_proj.weight", byHead(heads, source.tensors.read("W_UK"), source.tensors.read("W_UV")));
        weights.put("o_proj.weight", source.tensors.read("W_O"));
        TensorData x = source.tensors.read("x");
        Optional<TensorData> context = source.optional("context");
        GoldenCase.Inputs inputs = new GoldenCase.Inputs(x, counted(x), context,
                context.map(GoldenReader::counted).orElse(new int[0]), Optional.empty(), card.path("causal")
                .asBoolean());
        return new GoldenCase(name, GoldenCase.Kind.PAPER, config, weights, inputs, source.expected());
    }

    /** Positions of [batch, tokens, hidden] that count from 0 in every sequence. */
    private static int[] counted(TensorData rows) {
        return IntStream.range(0, rows.size(0) * rows.size(1)).map(i -> i % rows.size(1)).toArray();
    }

    /** The rows of two matrices [heads * a, in] and [heads * b, in] as [heads * (a + b), in], head by head. */
    private static TensorData byHead(int heads, TensorData first, TensorData second) {
        int firstPart = first.values().length / heads;
        int secondPart = second.values().length / heads;
        float[] joined = new float[first.values().length + second.values().length];
        for (int head = 0; head < heads; head++) {
            int at = head * (firstPart + secondPart);
            System.arraycopy(first.values(), head * firstPart, joined, at, firstPart);
            System.arraycopy(second.values(), head * secondPart, joined, at + firstPart, secondPart);
        }
        return new TensorData(List.of(first.shape().get(0) + second.shape().get(0), first.shape().get(1)), joined);
    }

    /** A file under reading, with refusals that name it. */
    private record Source(Path file, SafetensorsFile tensors) {

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
                throw new CheckpointException(file + ": metadata " + key + " is " + text(key)
                        + ", must be a number", e);
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

        Optional<TensorData> optional(String name) {
            return tensors.names().contains(name) ? Optional.of(tensors.read(name)) : Optional.empty();
        }

        GoldenCase.Expected expected() {
            return new GoldenCase.Expected(tensors.read("y"), optional("cache_kv"), optional("cache_kr"),
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
            if (x.shape().size() != 3 || x.size(2) != hidden) {
                throw bad("x has shape " + x.shape() + ", expected [batch, tokens, " + hidden + "]");
            }
            require("y", golden.expected().y(), x.shape());
            if (golden.inputs().positions().length != x.size(0) * x.size(1)) {
                throw bad("position_ids has " + golden.inputs().positions().length + " numbers, expected "
                        + x.size(0) * x.size(1));
            }
            TensorData keys = golden.inputs().context().orElse(x);
            if (keys.shape().size() != 3 || keys.size(0) != x.size(0) || keys.size(2) != hidden) {
                throw bad("context has shape " + keys.shape() + ", expected [" + x.size(0) + ", keys, " + hidden + "]");
            }
            golden.inputs().mask().ifPresent(mask -> requireMask(mask, golden.config().numHeads(), x, keys.size(1)));
            requireCache("cache_kv", golden.expected().cacheKv(), keys, golden.config().kvLoraRank());
            requireCache("cache_kr", golden.expected().cacheKr(), keys, golden.config().qkRopeHeadDim());
        }

        private void requireMask(TensorData mask, int heads, TensorData x, long keys) {
            List<Long> shape = mask.shape();
            boolean fits = shape.size() == 4 && (shape.get(0) == 1 || shape.get(0) == x.size(0))
                    && (shape.get(1) == 1 || shape.get(1) == heads) && shape.get(2) == x.size(1)
                    && shape.get(3) == keys;
            if (!fits) {
                throw bad("mask has shape " + shape + ", expected [1 or " + x.size(0) + ", 1 or " + heads + ", "
                        + x.size(1) + ", " + keys + "]");
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
}
