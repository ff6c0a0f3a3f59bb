package org.tornadomla.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.config.GenerationDefaults;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.testing.Goldens;

/** What a folder or a GGUF file is asked before it is opened. */
class ModelFilesTest {

    private static final Path GGUF = Goldens.folder("gguf").resolve("tiny-kjv-Q8_0.gguf");
    private static final Path TINY = Path.of("models", "tiny-kjv");

    @TempDir
    private Path folder;

    @Test
    void aGgufFileIsAllInOne() {
        assertTrue(ModelFiles.isModel(GGUF));
        assertTrue(ModelFiles.hasWeights(GGUF));
        assertTrue(ModelFiles.hasTokenizer(GGUF));
        assertEquals(GenerationDefaults.NONE, ModelFiles.defaults(GGUF));
        assertEquals(ModelFiles.config(TINY).hiddenSize(), ModelFiles.config(GGUF).hiddenSize());
        assertFalse(ModelFiles.isModel(folder.resolve("absent.gguf")));
    }

    @Test
    void aFolderMayLackWeightsAndTokenizer() throws IOException {
        assertFalse(ModelFiles.isModel(folder));
        Files.copy(Goldens.folder("models").resolve("v2-lite-greedy/config.json"), folder.resolve("config.json"));
        assertTrue(ModelFiles.isModel(folder));
        assertFalse(ModelFiles.hasWeights(folder));
        assertFalse(ModelFiles.hasTokenizer(folder));
        for (String weights : List.of("model.safetensors.index.json", "model-1.safetensors")) {
            Path file = Files.writeString(folder.resolve(weights), "");
            assertTrue(ModelFiles.hasWeights(folder), weights);
            Files.delete(file);
        }
        assertTrue(ModelFiles.hasTokenizer(TINY));
        assertThrows(CheckpointException.class, () -> ModelFiles.hasWeights(folder.resolve("absent")));
    }

    @Test
    void textsEndWithTheTokensOfEitherFile() throws IOException {
        Files.copy(Goldens.folder("models").resolve("v2-lite-greedy/config.json"), folder.resolve("config.json"));
        List<Integer> own = ModelFiles.config(folder).eosTokenIds();
        Path defaults = folder.resolve(GenerationDefaults.FILE);
        Files.writeString(defaults, "{\"eos_token_id\": [7], \"top_k\": 3}");
        assertEquals(List.of(own.getFirst(), 7), ModelFiles.config(folder).eosTokenIds());
        assertEquals(3, ModelFiles.defaults(folder).topK().getAsInt());
        Files.writeString(defaults, "{\"eos_token_id\": [999999]}");
        String message = assertThrows(ConfigurationException.class, () -> ModelFiles.config(folder)).getMessage();
        assertTrue(message.startsWith(defaults + ": eos_token_id is 999999"), message);
    }
}
