package org.tornadomla.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.files.WholeFile;

/**
 * The files of a model's folder beside its shards while it is written. A file of its own says that the folder is not
 * finished, so that the next run knows what it may take away; whoever writes holds a lock on it.
 */
final class ModelFolder implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "config.json";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String UNFINISHED = "conversion.unfinished";
    /** Tokenizers, templates, defaults, terms: what a model's folder has beside weights and configuration. */
    private static final Pattern BESIDE = Pattern
            .compile("(tokenizer|special_tokens|added_tokens|generation_config|chat_template|vocab|merges|LICENSE).*"
                    + "|.*\\.(jinja|model|tiktoken)");

    private final Path folder;
    private final FileChannel mark;

    private ModelFolder(Path folder, FileChannel mark) {
        this.folder = folder;
        this.mark = mark;
    }

    /**
     * Takes a folder for a model, and takes away what a run left there that was killed.
     *
     * @throws ConfigurationException when it holds anything else, or another run is at work there
     */
    static ModelFolder begin(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path unfinished = folder.resolve(UNFINISHED);
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.toList();
        }
        if (!left.isEmpty() && !left.contains(unfinished)) {
            throw new ConfigurationException(folder + " holds " + left.size() + " files, among them "
                    + left.getFirst().getFileName() + "; name a folder that is empty or not there yet");
        }
        FileChannel mark = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            requireLock(mark, folder);
            // The configuration goes first: without it nobody takes the rest for a model.
            Files.deleteIfExists(folder.resolve(CONFIG));
            for (Path file : left) {
                if (!file.equals(unfinished) && Files.isRegularFile(file)) {
                    Files.deleteIfExists(file);
                }
            }
            return new ModelFolder(folder, mark);
        } catch (IOException | RuntimeException failure) {
            mark.close();
            throw failure;
        }
    }

    private static void requireLock(FileChannel mark, Path folder) throws IOException {
        boolean held;
        try {
            held = mark.tryLock() != null && Files.exists(folder.resolve(UNFINISHED));
        } catch (OverlappingFileLockException ofThisProcess) {
            held = false;
        }
        if (!held) {
            throw new ConfigurationException(
                    "another run writes to " + folder + "; wait for its end, or name another folder");
        }
    }

    /** The name of a shard. */
    static String shard(int index, int shards) {
        return shards == 1
                ? "model.safetensors"
                : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", index + 1, shards);
    }

    /** Copies tokenizer, template and what else a model's folder has beside weights and configuration. */
    void copyBeside(Path source) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(source)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> BESIDE.matcher(file.getFileName().toString()).matches()).toList();
        }
        for (Path file : files) {
            WholeFile.write(folder.resolve(file.getFileName()), to -> {
                try (FileChannel from = FileChannel.open(file)) {
                    for (long at = 0; at < from.size();) {
                        at += from.transferTo(at, from.size() - at, to);
                    }
                }
            });
        }
    }

    /** Writes the shards, and tells how many bytes of tensors are written. */
    void weights(List<ShardWriter> shards, LongConsumer done) throws IOException {
        long before = 0;
        for (int i = 0; i < shards.size(); i++) {
            long written = before;
            shards.get(i).write(folder.resolve(shard(i, shards.size())), bytes -> done.accept(written + bytes));
            before += shards.get(i).bytes();
        }
    }

    /** Writes which shard has which tensor; a single file needs no index. */
    void index(List<ShardWriter> shards) throws IOException {
        if (shards.size() == 1) {
            return;
        }
        ObjectNode index = JSON.createObjectNode();
        index.putObject("metadata").put("total_size", shards.stream().mapToLong(ShardWriter::bytes).sum());
        ObjectNode map = index.putObject("weight_map");
        for (int i = 0; i < shards.size(); i++) {
            String name = shard(i, shards.size());
            shards.get(i).tensors().forEach(tensor -> map.put(tensor.name(), name));
        }
        WholeFile.write(folder.resolve(INDEX), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(index));
    }

    /** Whether all of a model was written to a folder. */
    static boolean isFinished(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG)) && !Files.exists(folder.resolve(UNFINISHED));
    }

    /** Copies the configuration, with which the folder is a model. */
    void configuration(Path source) throws IOException {
        finish(Files.readAllBytes(source.resolve(CONFIG)));
    }

    /** Writes the configuration for other numbers of weights, with which the folder is a model. */
    void configuration(Path source, PlainFormat format) throws IOException {
        ObjectNode config = (ObjectNode) JSON.readTree(Files.readAllBytes(source.resolve(CONFIG)));
        String name = switch (format) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
        };
        config.put(config.has("dtype") ? "dtype" : "torch_dtype", name);
        store(config, name);
        finish(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
    }

    private void finish(byte[] configuration) throws IOException {
        WholeFile.write(folder.resolve(CONFIG), configuration);
        Files.delete(folder.resolve(UNFINISHED));
    }

    /** Says in a configuration and in those within it that weights are plain numbers of a format. */
    private static void store(ObjectNode config, String name) {
        config.remove(List.of("quantization_config", "compression_config", "quantization"));
        for (String key : List.of("dtype", "torch_dtype")) {
            if (config.has(key)) {
                config.put(key, name);
            }
        }
        for (JsonNode inner : config) {
            if (inner instanceof ObjectNode object) {
                store(object, name);
            }
        }
    }

    /** Lets others write to the folder; what is there stays, and is no model unless all of it was written. */
    @Override
    public void close() throws IOException {
        mark.close();
    }
}
