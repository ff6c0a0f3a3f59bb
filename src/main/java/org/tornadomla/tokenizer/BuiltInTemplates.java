package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.tornadomla.error.TokenizerException;

/** Chat templates of families that publish none, by the {@code model_type} of {@code config.json}. */
final class BuiltInTemplates {

    private static final Map<String, String> FILES = Map.of("deepseek_v32", "deepseek_v32.jinja");

    private BuiltInTemplates() {
    }

    /**
     * The template for the model of a directory.
     *
     * @return its Jinja source; nothing where {@code config.json} is absent or names another type
     * @throws TokenizerException when {@code config.json} cannot be read
     */
    static Optional<String> of(Path directory) {
        Path config = directory.resolve("config.json");
        if (!Files.isRegularFile(config)) {
            return Optional.empty();
        }
        try {
            JsonNode type = Json.MAPPER.readTree(config.toFile()).path("model_type");
            return Optional.ofNullable(FILES.get(type.asText())).map(BuiltInTemplates::source);
        } catch (IOException e) {
            throw new TokenizerException(config + ": " + e.getMessage(), e);
        }
    }

    private static String source(String file) {
        try (InputStream stream = BuiltInTemplates.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new TokenizerException("this build lacks its template " + file);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new TokenizerException(file + ": " + e.getMessage(), e);
        }
    }
}
