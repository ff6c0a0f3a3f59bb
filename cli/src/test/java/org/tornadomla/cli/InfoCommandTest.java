package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.CacheType;

class InfoCommandTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");

    /** The sizes of DeepSeek-V3. */
    private static final String V3 = """
            {"model_type": "deepseek_v3", "vocab_size": 129280, "hidden_size": 7168, "intermediate_size": 18432,
             "moe_intermediate_size": 2048, "num_hidden_layers": 61, "num_attention_heads": 128, "n_shared_experts": 1,
             "n_routed_experts": 256, "routed_scaling_factor": 2.5, "kv_lora_rank": 512, "q_lora_rank": 1536,
             "qk_rope_head_dim": 64, "v_head_dim": 128, "qk_nope_head_dim": 128, "topk_method": "noaux_tc",
             "n_group": 8, "topk_group": 4, "num_experts_per_tok": 8, "first_k_dense_replace": 3,
             "norm_topk_prob": true, "scoring_func": "sigmoid", "hidden_act": "silu",
             "max_position_embeddings": 163840, "rms_norm_eps": 1e-6, "rope_theta": 10000,
             "torch_dtype": "bfloat16", "bos_token_id": 0, "eos_token_id": 1, "tie_word_embeddings": false}
            """;

    @TempDir
    private Path directory;

    @Test
    void parametersOfDeepSeekV3AreThePublishedNumbers() {
        ModelReport report = new ModelReport(ModelConfigReader.parse(V3, "V3"));
        assertEquals(671_026_419_200L, report.parameters());
        // "37 billion activated": embedding and head included.
        assertEquals(37.55e9, report.activeParameters(), 0.01e9);
        // 61 layers of 512 + 64 floats, against 128 heads of 192 + 128.
        assertEquals(61 * 576 * 4, report.cacheBytes(CacheType.F32));
        assertEquals(61 * 576 * 2, report.cacheBytes(CacheType.BF16));
        assertEquals(61L * 128 * 320 * 4, report.multiHeadBytes());
    }

    @Test
    void parametersAreThoseOfTheFiles() {
        ModelConfig model = ModelConfigReader.read(TINY.resolve("config.json"));
        ModelReport report = new ModelReport(model);
        try (Checkpoint checkpoint = Checkpoint.open(TINY)) {
            assertEquals(checkpoint.names().stream().mapToLong(name -> checkpoint.info(name).count()).sum(),
                    report.parameters());
        }
        // 6 of 8 experts of 3 layers, 3 matrices of 192 x 128 each, rest.
        assertEquals(report.parameters() - 6 * 3 * 3 * 192 * 128, report.activeParameters());
    }

    @Test
    void modelWithItsFiles() {
        CommandRun run = CommandRun.of("info", TINY.toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().contains("deepseek_v2: 4 layers, 192 wide"), run.out());
        assertTrue(run.out().contains("bytes in the files"), run.out());
        assertTrue(run.out().contains(
                "cache: 1.25 KiB a token in float32, plain multi-head attention 7.50 KiB: 6.0 times as much; in bfloat16 "
                        + "768 B"),
                run.out());
        assertTrue(run.out().contains("1.00 GiB"), run.out());
    }

    @Test
    void configurationAlone() throws Exception {
        Files.writeString(directory.resolve("config.json"), V3);
        CommandRun run = CommandRun.of("info", directory.toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().contains("bytes as configured"), run.out());
        assertTrue(run.out().contains("too small"), run.out());
    }

    @Test
    void unusableFoldersAreNamed() throws Exception {
        CommandRun none = CommandRun.of("info", directory.toString());
        assertEquals(ExitStatus.UNUSABLE_INPUT, none.status());
        assertTrue(none.err().contains("holds no config.json"), none.err());
        Files.writeString(directory.resolve("config.json"), V3);
        Files.writeString(directory.resolve("model.safetensors"), "damaged");
        CommandRun damaged = CommandRun.of("info", directory.toString());
        assertEquals(ExitStatus.UNUSABLE_INPUT, damaged.status());
        assertTrue(damaged.err().contains("model.safetensors"), damaged.err());
    }

    /** Weights in a storage that is not known are counted by what the files' own headers say. */
    @Test
    void aStorageThatIsNotKnownIsShown() throws Exception {
        String config = Files.readString(TINY.resolve("config.json"));
        Files.writeString(directory.resolve("config.json"), config.substring(0, config.lastIndexOf('}'))
                + ", \"quantization_config\": {\"quant_method\": \"awq\", \"bits\": 4}}");
        Files.createSymbolicLink(directory.resolve("model.safetensors"),
                TINY.resolve("model.safetensors").toAbsolutePath());
        CommandRun run = CommandRun.of("info", directory.toString());
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().contains("The weights are stored in a way that this program cannot run: "), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches("format in the files +tensors +bytes")), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches("F32 +\\d+ +[\\d.]+ MiB|BF16 +\\d+ +[\\d.]+ MiB")),
                run.out());
    }

    @Test
    void plansOfNothingAreRefused() {
        for (String[] wrong : new String[][]{{"--memory", "24,0"}, {"--bandwidth", "-1"}, {"--context", "0"}}) {
            CommandRun run = CommandRun.of("info", "--plan", wrong[0], wrong[1], TINY.toString());
            assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
            assertTrue(run.err().contains("must be above 0") && run.err().contains(wrong[0]), run.err());
        }
    }

    @Test
    void oneModelIsShown() {
        for (String[] models : new String[][]{{"info"}, {"info", "--model", TINY.toString(), TINY.toString()}}) {
            CommandRun run = CommandRun.of(models);
            assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
            assertTrue(run.err().startsWith("error: give one model: a folder, or a GGUF file"), run.err());
        }
    }
}
