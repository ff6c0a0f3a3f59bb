package org.tornadomla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tornadomla.model.ModelFiles;

/** Golden models as GGUF files; they have no tokenizer of their own, so they get one of two letters. */
final class SmallModels {

    private static final String TOKENIZER = """
            {"version": "1.0", "added_tokens": [{"id": 3, "content": "<s>", "special": true, "single_word": false,
             "lstrip": false, "rstrip": false, "normalized": false}], "normalizer": null, "post_processor": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}}
            """;

    private SmallModels() {
    }

    /**
     * Writes a model as a GGUF file.
     *
     * @param source folder of a model
     * @param folder takes the file and the tokenizer
     * @return the file
     */
    static Path convert(Path source, Path folder, FileType type) {
        try {
            Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
            tokenizer(tokenizer);
            Path file = folder.resolve(source.getFileName() + "-" + type + ".gguf");
            try (ModelFiles files = ModelFiles.open(source)) {
                new GgufConversion(source.getFileName().toString(), files.config(), files.weights(), tokenizer, type)
                        .write(file, bytes -> {});
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a tokenizer of two letters. */
    static void tokenizer(Path folder) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
    }
}
