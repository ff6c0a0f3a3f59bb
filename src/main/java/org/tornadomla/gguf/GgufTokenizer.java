package org.tornadomla.gguf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.TokenizerException;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.tokenizer.TokenizerSettings;

/**
 * Rebuilds {@code tokenizer.json} and the settings beside it from the metadata of a GGUF file: byte-level pair merging
 * of the model {@code gpt2}, the only one that {@code deepseek2} files have.
 */
public final class GgufTokenizer {

    static final String BEGIN = "tokenizer.ggml.bos_token_id";
    static final String END = "tokenizer.ggml.eos_token_id";
    /** Keys of the tokens that end a text; there may be more than one where a turn ends in another way. */
    static final List<String> ENDS = List.of(END, "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");
    /** Keys of further special tokens by the names that templates know; the third is spelled so in the format. */
    private static final Map<String,
            String> OTHERS = Map.of("unk_token", "tokenizer.ggml.unknown_token_id", "pad_token",
                    "tokenizer.ggml.padding_token_id", "sep_token", "tokenizer.ggml.seperator_token_id", "cls_token",
                    "tokenizer.ggml.cls_token_id", "mask_token", "tokenizer.ggml.mask_token_id");
    static final String MODEL = "tokenizer.ggml.model";
    static final String PRE = "tokenizer.ggml.pre";
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TYPES = "tokenizer.ggml.token_type";
    static final String MERGES = "tokenizer.ggml.merges";
    static final String ADD_BEGIN = "tokenizer.ggml.add_bos_token";
    static final String ADD_END = "tokenizer.ggml.add_eos_token";
    static final String TEMPLATE = "tokenizer.chat_template";
    static final String TEMPLATE_NAMES = "tokenizer.chat_templates";

    static final String GPT2 = "gpt2";
    static final int NORMAL = 1;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;

    private final GgufMetadata metadata;
    private final PreTokenizer pre;
    private final List<String> tokens;
    private final int[] types;
    private final List<String> merges;

    private GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        String model = metadata.text(MODEL);
        if (!model.equals(GPT2)) {
            throw metadata.bad(MODEL + " is " + model + ", supported: " + GPT2);
        }
        String name = metadata.text(PRE);
        this.pre = PreTokenizer.named(name)
                .orElseThrow(() -> metadata.bad(PRE + " is " + name + ", supported: " + PreTokenizer.names()));
        this.tokens = metadata.texts(TOKENS);
        this.types = metadata.integers(TYPES);
        this.merges = metadata.texts(MERGES);
        if (types.length != tokens.size()) {
            throw metadata.bad(TYPES + " has " + types.length + " elements, " + TOKENS + " " + tokens.size());
        }
        if (metadata.optionalFlag("tokenizer.ggml.add_space_prefix").orElse(false)) {
            throw metadata.bad("tokenizer.ggml.add_space_prefix is true, which is not supported with " + GPT2);
        }
    }

    /**
     * The tokenizer of a model.
     *
     * @param model the model
     * @return to be closed
     * @throws TokenizerException when the metadata describe none that is supported
     */
    public static TextTokenizer load(GgufModel model) {
        try {
            GgufTokenizer tokenizer = new GgufTokenizer(model.metadata());
            return TextTokenizer.of(tokenizer.json(), tokenizer.settings(), model.metadata().toString());
        } catch (CheckpointException e) {
            throw new TokenizerException(e.getMessage(), e);
        }
    }

    /** What {@code tokenizer_config.json} would say. */
    TokenizerSettings settings() {
        Map<String, String> templates = new LinkedHashMap<>();
        metadata.optionalText(TEMPLATE).ifPresent(text -> templates.put(TokenizerSettings.DEFAULT_TEMPLATE, text));
        if (metadata.has(TEMPLATE_NAMES)) {
            for (String name : metadata.texts(TEMPLATE_NAMES)) {
                templates.put(name, metadata.text(TEMPLATE + "." + name));
            }
        }
        Map<String, String> others = new LinkedHashMap<>();
        OTHERS.forEach((name, key) -> token(key).ifPresent(text -> others.put(name, text)));
        return new TokenizerSettings(token(BEGIN), token(END), metadata.optionalFlag(ADD_BEGIN),
                metadata.optionalFlag(ADD_END), templates, others);
    }

    private Optional<String> token(String key) {
        OptionalInt id = metadata.optionalInteger(key);
        if (id.isPresent() && id.getAsInt() >= tokens.size()) {
            throw metadata.bad(key + " is " + id.getAsInt() + ", there are " + tokens.size() + " tokens");
        }
        return id.isPresent() ? Optional.of(tokens.get(id.getAsInt())) : Optional.empty();
    }

    /** A {@code tokenizer.json} in UTF-8. */
    byte[] json() {
        Set<Integer> named = new TreeSet<>();
        ENDS.forEach(key -> metadata.optionalInteger(key).ifPresent(named::add));
        metadata.optionalInteger(BEGIN).ifPresent(named::add);
        return new TokenizerJson(pre, tokens, types, merges, metadata.toString()).write(named);
    }
}
