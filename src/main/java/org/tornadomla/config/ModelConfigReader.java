package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import org.tornadomla.error.ConfigurationException;

/**
 * Reads {@code config.json} as Hugging Face's transformers and DeepSeek publish it: {@code deepseek_v2},
 * {@code deepseek_v3} and the models that share their classes. A value that would need another computation than this
 * library has is refused by its key, and so is a key that is not known, see {@link KnownKeys}. What a configuration
 * leaves out is what its class means by that, see {@link ModelFamily}.
 */
public final class ModelConfigReader {

    private static final String QUANTIZATION_FILE = "hf_quant_config.json";
    private static final String MODEL_TYPE = "model_type";
    private static final String FIRST_TOKEN = "bos_token_id";
    private static final String END_TOKENS = "eos_token_id";
    private static final String BY_KEY = "BY_KEY";

    private ModelConfigReader() {
    }

    /**
     * Reads a configuration file, and nothing passes that is not understood.
     *
     * @param file path of a {@code config.json}
     * @return the model
     * @throws ConfigurationException when the file cannot be read, is not json, or describes no supported model
     */
    public static ModelConfig read(Path file) {
        return read(file, ReadOptions.STRICT);
    }

    /**
     * Reads a configuration file. A file {@code hf_quant_config.json} beside it tells how the weights are stored where
     * the configuration does not.
     *
     * @param file    path of a {@code config.json}
     * @param options what may pass
     * @return the model
     * @throws ConfigurationException when the file cannot be read, is not json, or describes no supported model
     */
    public static ModelConfig read(Path file, ReadOptions options) {
        Path beside = file.resolveSibling(QUANTIZATION_FILE);
        Quantization storage = Files.isRegularFile(beside)
                ? Quantization.beside(text(beside), QUANTIZATION_FILE)
                : Quantization.NONE;
        return parse(text(file), file.toString(), options, storage);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read " + file + ": " + e, e);
        }
    }

    /**
     * Reads a configuration's text, and nothing passes that is not understood.
     *
     * @param json  text of a {@code config.json}
     * @param where where it comes from, for messages
     * @return the model
     * @throws ConfigurationException when the text is not json or describes no supported model
     */
    public static ModelConfig parse(String json, String where) {
        return parse(json, where, ReadOptions.STRICT, Quantization.NONE);
    }

    /**
     * Reads a configuration's text.
     *
     * @param json    text of a {@code config.json}
     * @param where   where it comes from, for messages
     * @param options what may pass
     * @return the model
     * @throws ConfigurationException when the text is not json or describes no supported model
     */
    public static ModelConfig parse(String json, String where, ReadOptions options) {
        return parse(json, where, options, Quantization.NONE);
    }

    private static ModelConfig parse(String json, String where, ReadOptions options, Quantization storage) {
        JsonObject object = JsonObject.parse(json, where);
        String modelType = object.text(MODEL_TYPE);
        Optional<Families.Wrapper> wrapper = Families.wrapper(modelType);
        ModelConfig.Builder model = ModelConfig.builder(modelType);
        if (wrapper.isEmpty()) {
            Quantization own = Quantization.read(object);
            storage(model, object, own, storage, options);
            text(model, object, Set.of(), options);
        } else {
            wrapped(model, object, wrapper.get(), storage, options);
        }
        return model.build();
    }

    /** A text model within another: what the outer one says of ids and storage counts where the inner says nothing. */
    private static void wrapped(ModelConfig.Builder model, JsonObject outer, Families.Wrapper wrapper,
            Quantization storage, ReadOptions options) {
        JsonObject inner = outer.object(wrapper.inner());
        String type = inner.text(MODEL_TYPE);
        if (!wrapper.innerTypes().contains(type)) {
            throw inner.unsupported(MODEL_TYPE, type, String.join(", ", wrapper.innerTypes()));
        }
        Quantization own = Quantization.read(inner);
        Quantization around = Quantization.read(outer);
        storage(model, inner, own.equals(Quantization.NONE) ? around : own, storage, options);
        text(model, inner, Set.of(), options);
        for (String key : List.of("tie_word_embeddings", "dtype", "torch_dtype")) {
            if (outer.has(key) && inner.has(key) && !outer.value(key).equals(inner.value(key))) {
                throw new ConfigurationException(outer.where() + " has " + key + " " + outer.value(key) + ", its "
                        + wrapper.inner() + " " + inner.value(key) + "; make them agree");
            }
        }
        outer.value("bos_token_id");
        if (outer.has(END_TOKENS)) {
            model.eosTokenIds(endTokens(outer));
        }
        model.prefix(wrapper.prefix()).skippedPrefixes(wrapper.skipped());
        KnownKeys.check(outer, wrapper.harmless(), options);
    }

    private static void storage(ModelConfig.Builder model, JsonObject json, Quantization own, Quantization beside,
            ReadOptions options) {
        Quantization told = own.equals(Quantization.NONE) ? beside : own;
        Optional<String> unreadable = told.unreadable();
        if (unreadable.isPresent() && !options.anyStorage()) {
            throw new ConfigurationException(
                    json.where() + ": " + unreadable.get() + ", supported: " + Quantization.SUPPORTED);
        }
        model.fp8Blocks(told.fp8Blocks()).fourBits(told.fourBits()).unreadableStorage(unreadable);
    }

    private static void text(ModelConfig.Builder model, JsonObject json, Set<String> harmless, ReadOptions options) {
        ModelFamily family = Families.of(json.text(MODEL_TYPE), json.where());
        JsonObject object = family.complete(json);
        MlaConfig attention = attention(object, family);
        int vocabulary = object.integer("vocab_size");
        model.vocabSize(vocabulary).maxPositionEmbeddings(object.integer("max_position_embeddings"))
                .rmsNormEps(object.number("rms_norm_eps")).tieWordEmbeddings(object.flag("tie_word_embeddings"))
                .bosTokenId(firstToken(object, vocabulary)).eosTokenIds(endTokens(object, vocabulary))
                .storedType(storedType(object))
                .scales(family.has(ModelFamily.SCALES) ? Scales.read(object) : Scales.NONE)
                .layers(layers(object, family), LayerReader.read(object, family, attention));
        if (!family.has(ModelFamily.SHORTCUT)) {
            model.predictionLayers(object.integer("num_nextn_predict_layers", 0));
        } else {
            List<String> skipped = new ArrayList<>(LayerReader.unusedExperts(model.build()));
            skipped.add("model.mtp.");
            model.skippedPrefixes(skipped);
        }
        KnownKeys.check(object, harmless, options);
    }

    /** Number of layers; a class whose layers have two attentions counts these under the usual key. */
    private static int layers(JsonObject json, ModelFamily family) {
        if (!family.has(ModelFamily.SHORTCUT)) {
            return json.integer("num_hidden_layers");
        }
        int layers = json.integer("num_layers");
        int halves = json.integer("num_hidden_layers", 2 * layers);
        if (halves != layers && halves != 2 * layers) {
            throw json.unsupported("num_hidden_layers beside num_layers " + layers, halves,
                    "as many, or twice as many");
        }
        return layers;
    }

    /**
     * Reads the attention's part of a configuration alone; other keys are not looked at.
     *
     * @param json      text of a {@code config.json}
     * @param modelType {@code model_type} to read it as
     * @param where     where it comes from, for messages
     * @return sizes and options of every layer's attention
     * @throws ConfigurationException when the text is not json or describes no supported attention
     */
    public static MlaConfig parseAttention(String json, String modelType, String where) {
        ModelFamily family = Families.of(modelType, where);
        return attention(family.complete(JsonObject.parse(json, where)), family);
    }

    private static MlaConfig attention(JsonObject json, ModelFamily family) {
        int heads = json.integer("num_attention_heads");
        int keyHeads = json.integer("num_key_value_heads", heads);
        if (keyHeads != heads) {
            throw json.unsupported("num_key_value_heads", keyHeads, "num_attention_heads, which is " + heads);
        }
        int hidden = json.integer("hidden_size");
        int queryRank = json.integer("q_lora_rank", 0);
        int rank = json.integer("kv_lora_rank");
        boolean scaled = family.has(ModelFamily.SHORTCUT);
        MlaConfig attention = MlaConfig.builder().hiddenSize(hidden).numHeads(heads).qLoraRank(queryRank)
                .kvLoraRank(rank).queryScale(scaled && queryRank > 0 ? Math.sqrt(hidden / (double) queryRank) : 1)
                .latentScale(scaled && rank > 0 ? Math.sqrt(hidden / (double) rank) : 1)
                .qkNopeHeadDim(json.integer("qk_nope_head_dim")).qkRopeHeadDim(json.integer("qk_rope_head_dim"))
                .vHeadDim(valueWidth(json, family, heads)).rmsNormEps(family.innerNormEps())
                .attentionBias(json.flag("attention_bias")).indexer(IndexerReader.read(json, family))
                .queryGrowth(growth(json, family))
                .rope(RopeReader.read(json, layout(json, family), rotaryShare(json, family),
                        family.has(ModelFamily.POSITION_SCALE) ? Set.of(QueryGrowth.BETA) : Set.of()))
                .build();
        int queryWidth = json.integer("qk_head_dim", attention.qkHeadDim());
        if (queryWidth != attention.qkHeadDim()) {
            throw json.unsupported("qk_head_dim", queryWidth,
                    "qk_nope_head_dim + qk_rope_head_dim, which is " + attention.qkHeadDim());
        }
        return attention;
    }

    private static Optional<QueryGrowth> growth(JsonObject json, ModelFamily family) {
        return family.has(ModelFamily.POSITION_SCALE) && json.has("rope_parameters")
                ? QueryGrowth.read(json.object("rope_parameters"), json.integer("max_position_embeddings"))
                : Optional.empty();
    }

    /** The share of a head that turns: of the rotary part, or of the whole head in a class that counts it so. */
    private static double rotaryShare(JsonObject json, ModelFamily family) {
        double rope = json.integer("qk_rope_head_dim");
        return family.has(ModelFamily.POSITION_SCALE) ? rope / (rope + json.integer("qk_nope_head_dim")) : 1;
    }

    /** A class with factors takes a head's share of the hidden size where a file has no width of values. */
    private static int valueWidth(JsonObject json, ModelFamily family, int heads) {
        return family.has(ModelFamily.SCALES)
                ? json.integer("v_head_dim", json.integer("hidden_size") / Math.max(1, heads))
                : json.integer("v_head_dim");
    }

    private static RopeLayout layout(JsonObject json, ModelFamily family) {
        if (family.rope().equals(BY_KEY)) {
            return json.flag("rope_interleave") ? RopeLayout.EVENS_THEN_ODDS : RopeLayout.HALVES;
        }
        if (!json.flag("rope_interleave", true)) {
            throw json.unsupported("rope_interleave of a " + family.name() + " class", false, "true");
        }
        return RopeLayout.valueOf(family.rope());
    }

    /** The id that begins a text; the class's own where the configuration has none and the vocabulary holds it. */
    private static OptionalInt firstToken(JsonObject json, int vocabulary) {
        OptionalInt id = json.optionalInteger(FIRST_TOKEN);
        boolean byDefault = !json.mentions(FIRST_TOKEN);
        return byDefault && id.isPresent() && id.getAsInt() >= vocabulary ? OptionalInt.empty() : id;
    }

    private static List<Integer> endTokens(JsonObject json, int vocabulary) {
        List<Integer> ids = endTokens(json);
        return json.mentions(END_TOKENS) ? ids : ids.stream().filter(id -> id < vocabulary).toList();
    }

    /** The ids of {@code eos_token_id}, one or several. */
    static List<Integer> endTokens(JsonObject json) {
        List<Integer> ids = new ArrayList<>();
        if (json.has(END_TOKENS)) {
            JsonNode value = json.value(END_TOKENS);
            if (value.isArray()) {
                value.forEach(id -> ids.add(json.integerOf(END_TOKENS, id)));
            } else {
                ids.add(json.integerOf(END_TOKENS, value));
            }
        }
        return ids;
    }

    private static StoredType storedType(JsonObject json) {
        String old = json.text("torch_dtype", null);
        String name = json.text("dtype", old);
        if (old != null && !old.equals(name)) {
            throw new ConfigurationException(
                    json.where() + " has torch_dtype " + old + " and dtype " + name + "; remove one of them");
        }
        return switch (name) {
            case null -> StoredType.FLOAT32;
            case "float32" -> StoredType.FLOAT32;
            case "float16" -> StoredType.FLOAT16;
            case "bfloat16" -> StoredType.BFLOAT16;
            default -> throw json.unsupported("torch_dtype", name, "float32, float16, bfloat16");
        };
    }
}
