package org.tornadomla.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.SafetensorsWriter;

/** A model of some ten thousand random numbers in a folder, with the tokenizer of tiny-kjv. */
public final class SmallFolder {

    private static final Path TINY = Path.of("models", "tiny-kjv");

    private SmallFolder() {
    }

    /** Writes the folder. */
    public static Path write(Path folder, Dtype dtype) throws IOException {
        Files.createDirectories(folder);
        for (String name : new String[]{"tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(TINY.resolve(name), folder.resolve(name));
        }
        String json = SmallModels.GROUPS.replace("\"vocab_size\": 40", "\"vocab_size\": 2048")
                .replace("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 1024");
        Files.writeString(folder.resolve("config.json"), json);
        ModelConfig config = SmallModels.config(json);
        SafetensorsWriter writer = new SafetensorsWriter();
        SmallModels.values(config)
                .forEach((name, values) -> writer.add(name, dtype, config.weights().get(name).shape(), values));
        writer.write(folder.resolve("model.safetensors"));
        return folder;
    }
}
