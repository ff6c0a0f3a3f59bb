package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.tornadomla.error.TokenizerException;

/**
 * What {@code tokenizer_config.json} says beside {@code tokenizer.json}.
 *
 * @param beginToken    text of the begin token (key {@code bos_token}), if the file names one
 * @param endToken      text of the end token (key {@code eos_token}), if the file names one
 * @param addBegin      whether encoding with special tokens starts with the begin token (key {@code add_bos_token});
 *                          empty when the file leaves it to the post-processor of {@code tokenizer.json}
 * @param addEnd        the same for the end token behind the text (key {@code add_eos_token})
 * @param chatTemplates Jinja sources of the chat templates by name; a lone template is called {@code default}
 */
public record TokenizerSettings(Optional<String> beginToken, Optional<String> endToken, Optional<Boolean> addBegin,
        Optional<Boolean> addEnd, Map<String, String> chatTemplates) {

    /** Name of the template that is used when none is asked for. */
    public static final String DEFAULT_TEMPLATE = "default";

    private static final String FILE = "tokenizer_config.json";
    private static final String TEMPLATE_FILE = "chat_template.jinja";

    /** Copies the templates. */
    public TokenizerSettings {
        chatTemplates = Map.copyOf(chatTemplates);
    }

    /**
     * Reads {@code tokenizer_config.json} and {@code chat_template.jinja} of a checkpoint directory; either may be
     * absent. The template file, which newer checkpoints have, comes before the key {@code chat_template}.
     *
     * @throws TokenizerException when a file cannot be read or has a value of the wrong kind
     */
    public static TokenizerSettings read(Path directory) {
        JsonNode root = readObject(directory.resolve(FILE));
        Map<String, String> templates = templates(root.path("chat_template"), directory.resolve(FILE));
        Path templateFile = directory.resolve(TEMPLATE_FILE);
        if (Files.isRegularFile(templateFile)) {
            templates.put(DEFAULT_TEMPLATE, readText(templateFile));
        }
        return new TokenizerSettings(tokenText(root, "bos_token"), tokenText(root, "eos_token"),
                flag(root, "add_bos_token"), flag(root, "add_eos_token"), templates);
    }

    private static JsonNode readObject(Path file) {
        if (!Files.isRegularFile(file)) {
            return Json.MAPPER.createObjectNode();
        }
        try {
            JsonNode root = Json.MAPPER.readTree(file.toFile());
            if (!root.isObject()) {
                throw new TokenizerException(file + ": expected a JSON object, found " + root.getNodeType());
            }
            return root;
        } catch (IOException e) {
            throw new TokenizerException(file + ": " + e.getMessage(), e);
        }
    }

    private static String readText(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new TokenizerException(file + ": " + e.getMessage(), e);
        }
    }

    /** A special token is either a string or an object whose text is under {@code content}. */
    private static Optional<String> tokenText(JsonNode root, String key) {
        JsonNode token = root.path(key);
        JsonNode text = token.isObject() ? token.path("content") : token;
        if (text.isMissingNode() || text.isNull()) {
            return Optional.empty();
        }
        if (!text.isTextual()) {
            throw new TokenizerException(
                    FILE + ": " + key + " must be a string or an object with content, found " + token);
        }
        return Optional.of(text.textValue());
    }

    private static Optional<Boolean> flag(JsonNode root, String key) {
        JsonNode value = root.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw new TokenizerException(FILE + ": " + key + " must be true or false, found " + value);
        }
        return Optional.of(value.booleanValue());
    }

    private static Map<String, String> templates(JsonNode value, Path file) {
        Map<String, String> templates = new LinkedHashMap<>();
        if (value.isTextual()) {
            templates.put(DEFAULT_TEMPLATE, value.textValue());
        } else if (value.isArray()) {
            for (JsonNode entry : value) {
                if (!entry.path("name").isTextual() || !entry.path("template").isTextual()) {
                    throw new TokenizerException(
                            file + ": each chat_template of a list needs name and template, found " + entry);
                }
                templates.put(entry.get("name").textValue(), entry.get("template").textValue());
            }
        } else if (!value.isMissingNode() && !value.isNull()) {
            throw new TokenizerException(
                    file + ": chat_template must be a string or a list, found " + value.getNodeType());
        }
        return templates;
    }
}
