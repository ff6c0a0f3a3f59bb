package org.tornadomla.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.CheckpointException;

/** Reads golden cases of one attention layer; a case it does not understand is refused, never compared in part. */
public final class GoldenReader {

    private static final String PREFIX = "self_attn.";
    private static final double SCALE_TOLERANCE = 1e-9;
    /** Axes of [batch, tokens, width]. */
    private static final int ROWS_AXES = 3;
    /** Axes of [batch, heads, queries, keys]. */
    private static final int MASK_AXES = 4;

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
            GoldenSource source = new GoldenSource(file, tensors);
            String config = source.text("config");
            GoldenCase golden = tensors.metadata().containsKey("version")
                    ? attention(name, source, config)
                    : paper(name, source, config);
            source.checkShapes(golden);
            return golden;
        }
    }

    private static GoldenCase attention(String name, GoldenSource source, String json) {
        MlaConfig config = ModelConfigReader.parseAttention(json, source.text("version"), source.file().toString());
        double scale = source.number("scaling");
        if (Math.abs(scale - config.softmaxScale()) > SCALE_TOLERANCE * scale) {
            throw source.bad("scaling is " + scale + ", its config gives " + config.softmaxScale());
        }
        Map<String, TensorData> weights = new HashMap<>();
        for (String tensor : source.tensors().names()) {
            if (tensor.startsWith(PREFIX)) {
                weights.put(tensor.substring(PREFIX.length()), source.tensors().read(tensor));
            }
        }
        TensorData x = source.read("x", ROWS_AXES);
        Optional<TensorData> mask = source.optional("mask", MASK_AXES);
        GoldenCase.Inputs inputs = new GoldenCase.Inputs(x, source.tensors().readIntegers("position_ids"),
                Optional.empty(), new int[0], mask, mask.isEmpty());
        return new GoldenCase(name, GoldenCase.Kind.ATTENTION, config, weights, inputs, source.expected());
    }

    private static GoldenCase paper(String name, GoldenSource source, String json) {
        JsonNode card = source.json(json);
        if (card.path("latent_norm").asBoolean()) {
            throw source.bad("latent_norm is true, whose weights the format does not hold");
        }
        int heads = source.integer(card, "num_heads");
        int nope = source.integer(card, "d_head");
        double theta = card.path("rope_theta").asDouble(RopeConfig.DEFAULT_THETA);
        MlaConfig config = MlaConfig.builder().hiddenSize(source.integer(card, "d_model")).numHeads(heads)
                .qLoraRank(card.path("d_c_query").asInt(0)).kvLoraRank(source.integer(card, "d_c")).qkNopeHeadDim(nope)
                .qkRopeHeadDim(source.integer(card, "d_rope")).vHeadDim(nope).queryNorm(false).latentNorm(false)
                .rope(RopeConfig.plain(theta, RopeLayout.NEIGHBOURS)).build();
        TensorData x = source.read("x", ROWS_AXES);
        Optional<TensorData> context = source.optional("context", ROWS_AXES);
        GoldenCase.Inputs inputs = new GoldenCase.Inputs(x, counted(x), context,
                context.map(GoldenReader::counted).orElse(new int[0]), Optional.empty(),
                card.path("causal").asBoolean());
        return new GoldenCase(name, GoldenCase.Kind.PAPER, config, paperWeights(config, source, ""), inputs,
                source.expected());
    }

    /**
     * The paper's matrices, or what belongs to them, under the names and in the order of a checkpoint.
     *
     * @param prefix what stands before each name in the file
     */
    static Map<String, TensorData> paperWeights(MlaConfig config, GoldenSource source, String prefix) {
        int heads = config.numHeads();
        Map<String, TensorData> weights = new HashMap<>();
        TensorData queryUp = byHead(heads, source.matrix(prefix + "W_UQ"), source.matrix(prefix + "W_QR"));
        if (config.qLoraRank() > 0) {
            weights.put("q_a_proj.weight", source.matrix(prefix + "W_DQ"));
            weights.put("q_b_proj.weight", queryUp);
        } else {
            weights.put("q_proj.weight", queryUp);
        }
        weights.put("kv_a_proj_with_mqa.weight",
                byHead(1, source.matrix(prefix + "W_DKV"), source.matrix(prefix + "W_KR")));
        weights.put("kv_b_proj.weight", byHead(heads, source.matrix(prefix + "W_UK"), source.matrix(prefix + "W_UV")));
        weights.put("o_proj.weight", source.matrix(prefix + "W_O"));
        return weights;
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
}
