package org.tornadomla.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.SafetensorsWriter;

/** What a golden file says is taken over in full or refused. */
class GoldenReaderTest {

    private static final String CONFIG = """
            {"hidden_size": 4, "num_attention_heads": 1, "q_lora_rank": null, "kv_lora_rank": 3, "qk_nope_head_dim": 2,
             "qk_rope_head_dim": 2, "v_head_dim": 5, "attention_bias": false, "rms_norm_eps": 1e-06,
             "rope_theta": 10000.0}""";

    @TempDir
    private Path folder;

    private SafetensorsWriter valid(String scaling, String note) {
        return new SafetensorsWriter().metadata("config", CONFIG).metadata("version", "deepseek_v2")
                .metadata("scaling", scaling).metadata("tolerance", "1e-05").metadata("note", note)
                .add("self_attn.q_proj.weight", Dtype.F32, List.of(4L, 4L), new float[16])
                .add("self_attn.kv_a_proj_with_mqa.weight", Dtype.F32, List.of(5L, 4L), new float[20])
                .add("self_attn.kv_a_layernorm.weight", Dtype.F32, List.of(3L), new float[3])
                .add("self_attn.kv_b_proj.weight", Dtype.F32, List.of(7L, 3L), new float[21])
                .add("self_attn.o_proj.weight", Dtype.F32, List.of(4L, 5L), new float[20])
                .add("x", Dtype.F32, List.of(1L, 2L, 4L), new float[8])
                .add("y", Dtype.F32, List.of(1L, 2L, 4L), new float[8])
                .add("position_ids", Dtype.I32, List.of(1L, 2L), new float[]{0, 1});
    }

    private GoldenCase read(SafetensorsWriter writer) {
        Path file = folder.resolve("case.safetensors");
        writer.write(file);
        return GoldenReader.read(file);
    }

    private void refused(String part, SafetensorsWriter writer) {
        String message = assertThrows(CheckpointException.class, () -> read(writer)).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void aValidCaseIsTakenOver() {
        GoldenCase golden = read(valid("0.5", ""));
        assertEquals("case", golden.name());
        assertEquals(GoldenCase.Kind.ATTENTION, golden.kind());
        assertTrue(golden.inputs().causal());
        assertEquals(5, golden.weights().size());
        assertEquals(1e-5, golden.expected().tolerance());
    }

    @Test
    void otherScalesShapesAndNotesAreRefused() {
        refused("scaling is 0.51, its config gives 0.5", valid("0.51", ""));
        refused("scaling is half", valid("half", ""));
        refused("not understood", valid("0.5", "compare only some rows"));
        refused("o_proj.weight has shape",
                valid("0.5", "").add("self_attn.o_proj.weight", Dtype.F32, List.of(5L, 4L), new float[20]));
        refused("y has shape", valid("0.5", "").add("y", Dtype.F32, List.of(1L, 1L, 4L), new float[4]));
        refused("position_ids has 1", valid("0.5", "").add("position_ids", Dtype.I32, List.of(1L, 1L), new float[1]));
        refused("mask has shape [1, 1, 2, 3], expected [1 or 1, 1 or 1, 2, 2]",
                valid("0.5", "").add("mask", Dtype.F32, List.of(1L, 1L, 2L, 3L), new float[6]));
        refused("cache_kv has shape", valid("0.5", "").add("cache_kv", Dtype.F32, List.of(1L, 2L, 4L), new float[8]));
        refused("x has shape [8], expected 3 sizes", valid("0.5", "").add("x", Dtype.F32, List.of(8L), new float[8]));
        refused("metadata has no config", new SafetensorsWriter().metadata("a", "b"));
    }

    @Test
    void paddingRowsAreNotCompared() {
        GoldenCase golden = GoldenReader.read(Goldens.folder("attention").resolve("left-padding.safetensors"));
        assertFalse(golden.inputs().causal());
        for (int row = 0; row < 8; row++) {
            assertEquals(row >= 3, golden.expected().compares(0, row));
            assertTrue(golden.expected().compares(1, row));
        }
        float[] y = golden.expected().y().values().clone();
        y[0] += 1;
        assertEquals(0, golden.expected().relativeError(y));
        y[3 * 64] += 1;
        assertTrue(golden.expected().relativeError(y) > 0.01);
        y[3 * 64] = Float.NaN;
        assertTrue(Double.isNaN(golden.expected().relativeError(y)));
    }

    @Test
    void paperWeightsAreJoinedHeadByHead() {
        Path path = Goldens.folder("paper").resolve("cross-attention.safetensors");
        GoldenCase golden = GoldenReader.read(path);
        MlaConfig config = golden.config();
        assertEquals(MlaConfig.card(96, 4, 96, 32, 16, 8), config);
        float[] up = golden.weights().get("kv_b_proj.weight").values();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            float[] keys = file.read("W_UK").values();
            float[] values = file.read("W_UV").values();
            assertEquals(keys[24 * 32], up[48 * 32]);
            assertEquals(values[24 * 32], up[(48 + 24) * 32]);
        }
        assertEquals(2 * 12, golden.inputs().contextPositions().length);
        assertEquals(11, golden.inputs().contextPositions()[23]);
        assertEquals(Optional.empty(), golden.inputs().mask());
    }

    @Test
    void modelsAreRecognisedByTheirFiles() {
        assertTrue(GoldenModel.isModel(Goldens.folder("models").resolve("v2-lite-greedy")));
        assertFalse(GoldenModel.isModel(Goldens.folder("models")));
        GoldenModel golden = GoldenModel.read(Goldens.folder("models").resolve("v2-lite-greedy"));
        assertEquals(17, golden.inputIds().length);
        assertEquals(12, golden.continuation().length);
        assertEquals(120, golden.continuation()[0]);
    }
}
