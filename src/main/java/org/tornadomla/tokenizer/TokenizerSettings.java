package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
 * @param otherTokens   texts of further special tokens by the keys under which the file names them: {@code pad_token},
 *                          {@code unk_token} and the like
 */
public record TokenizerSettings(Optional<String> beginToken, Optional<String> endToken, Optional<Boolean> addBegin,
        Optional<Boolean> addEnd, Map<String, String> chatTemplates, Map<String, String> otherTokens) {

    /** Name of the template that is used when none is asked for. */
    public static final String DEFAULT_TEMPLATE = "default";

    private static final String FILE = "tokenizer_config.json";
    private static final String SUFFIX = ".jinja";
    private static final String TEMPLATE_FILE = "chat_template" + SUFFIX;
    private static final String TEMPLATE_FOLDER = "additional_chat_templates";
    private static final String BEGIN = "bos_token";
    private static final String END = "eos_token";
    private static final List<
            String> OTHERS = List.of("unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /** Copies the templates and tokens. */
    public TokenizerSettings {
        chatTemplates = Map.copyOf(chatTemplates);
        otherTokens = Map.copyOf(otherTokens);
    }

    /** Texts of all special tokens by the keys under which a chat template finds them. */
    public Map<String, String> specialTokens() {
        Map<String, String> tokens = new LinkedHashMap<>(otherTokens);
        beginToken.ifPresent(text -> tokens.put(BEGIN, text));
        endToken.ifPresent(text -> tokens.put(END, text));
        return tokens;
    }

    /**
     * Reads {@code tokenizer_config.json}, {@code chat_template.jinja} and {@code additional_chat_templates/NAME.jinja}
     * of a checkpoint directory; each may be absent. Template files, which newer checkpoints have, come before the key
     * {@code chat_template}. A checkpoint of a family that publishes no template, which is DeepSeek-V3.2, gets the one
     * of this library where it has none.
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
        addFolder(templates, directory.resolve(TEMPLATE_FOLDER));
        if (templates.isEmpty()) {
            BuiltInTemplates.of(directory).ifPresent(source -> templates.put(DEFAULT_TEMPLATE, source));
        }
        Map<String, String> others = new LinkedHashMap<>();
        OTHERS.forEach(key -> tokenText(root, key).ifPresent(text -> others.put(key, text)));
        return new TokenizerSettings(tokenText(root, BEGIN), tokenText(root, END), flag(root, "add_bos_token"),
                flag(root, "add_eos_token"), templates, others);
    }

    private static void addFolder(Map<String, String> templates, Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                templates.put(name.substring(0, name.length() - SUFFIX.length()), readText(file));
            }
        } catch (IOException e) {
            throw new TokenizerException(folder + ": " + e.getMessage(), e);
        }
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
