package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.FewCores;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.weights.WeightFormats;
import org.tornadomla.testing.TestTargets;

/** A model is held once: not beside its files, not twice by the engine, not twice by host and device. */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the engine jvm belongs to the bundled runtime")
class LoadingMemoryTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    /** What a JVM, its compilers and its classes may take beside the weights. */
    private static final long BESIDE = 300L << 20;
    /** What a driver takes that compiles in the process itself, as PoCL does with LLVM. */
    private static final long DRIVER = 150L << 20;

    @TempDir
    private Path directory;

    /** Those with a CPU: on it, an OpenCL buffer is the host's array. */
    static List<String> engines() {
        return TestTargets.list().stream().filter(target -> !target.manyCores()).map(Target::engine)
                .map(engine -> engine.name().toLowerCase(Locale.ROOT)).distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void weightsAreHeldOnce(String engine) throws Exception {
        assumeTrue(Files.isReadable(PeakMemory.ACCOUNT),
                "there is no " + PeakMemory.ACCOUNT + " here, which tells the peak");
        writeModel();
        ModelConfig model = ModelConfigReader.read(directory.resolve("config.json"));
        long weights = DecoderWeights.bytes(model, FewCores.LOOPS, WeightFormats.BF16, EnumSet.allOf(Attending.class));
        long file = Files.size(directory.resolve("model.safetensors"));
        assertTrue(file > 192L << 20 && weights > 192L << 20,
                "too small to tell: a file of " + file + " bytes, weights of " + weights);
        long base = peak(engine, TINY);
        long peak = peak(engine, directory);
        // A second copy, of the weights or of the file, is as much again as the weights.
        assertTrue(peak - base < weights + weights / 2, () -> text(base, peak, weights));
        long beside = engine.equals("jvm") ? BESIDE : BESIDE + DRIVER;
        assertTrue(peak < weights + beside, () -> text(base, peak, weights));
    }

    private static String text(long base, long peak, long weights) {
        return "peak " + Text.bytes(peak) + ", of a tiny model " + Text.bytes(base) + ", weights "
                + Text.bytes(weights);
    }

    /** 105 million random weights, most of them in experts. */
    private void writeModel() throws IOException {
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(TINY.resolve("config.json").toFile());
        config.put("hidden_size", 1024).put("intermediate_size", 4096).put("moe_intermediate_size", 1408)
                .put("n_routed_experts", 9).put("num_hidden_layers", 3);
        Path source = Files.writeString(directory.resolve("source.json"), config.toString());
        CheckpointFiles.random(source, directory, Dtype.BF16, 3);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(TINY.resolve(name), directory.resolve(name));
        }
    }

    /** Bytes at the peak of a run that loads a model and computes a token, in a JVM with the launcher's options. */
    private long peak(String engine, Path model) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(System.getProperty("mla.test.launch").split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PeakMemory.class.getName(), "generate",
                "--engine", engine, "--trust", "--model", model.toString(), "--prompt", "In the beginning",
                "--max-tokens", "1", "--weights", "bf16"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Whether a driver's compiler is in memory must not depend on what ran before: here it always is.
        for (String cache : List.of("XDG_CACHE_HOME", "POCL_CACHE_DIR")) {
            builder.environment().put(cache, Files.createTempDirectory(directory, "cache").toString());
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return PeakMemory.bytes(output);
    }
}
