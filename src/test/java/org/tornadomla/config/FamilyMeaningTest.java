package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.testing.Goldens;

/** What one family reads otherwise than the rest. */
class FamilyMeaningTest {

    private static ModelConfig read(String golden, Consumer<ObjectNode> change) {
        try {
            ObjectNode json = (ObjectNode) new ObjectMapper()
                    .readTree(Goldens.folder(golden).resolve("config.json").toFile());
            change.accept(json);
            return ModelConfigReader.parse(json.toString(), "config.json");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void refused(String part, String golden, Consumer<ObjectNode> change) {
        String message = assertThrows(ConfigurationException.class, () -> read(golden, change)).getMessage();
        assertTrue(message.contains(part), message);
    }

    /** LongCat-Flash scales the normed query and latent as if they were as wide as a token. */
    @Test
    void longCatHasFactorsOnQueryAndLatent() {
        MlaConfig attention = read("families/longcat-flash", json -> {}).attention();
        assertEquals(Math.sqrt(48 / 28.0), attention.queryScale());
        assertEquals(Math.sqrt(48 / 20.0), attention.latentScale());
        assertEquals(1, read("families/longcat-flash", json -> json.putNull("q_lora_rank")).attention().queryScale());
        MlaConfig other = read("models/v3-sigmoid-bias", json -> {}).attention();
        assertEquals(List.of(1.0, 1.0), List.of(other.queryScale(), other.latentScale()));
    }

    @Test
    void longCatCountsLayersOrTheirHalves() {
        String golden = "families/longcat-flash";
        assertEquals(2, read(golden, json -> json.put("num_hidden_layers", 2)).numHiddenLayers());
        assertEquals(2, read(golden, json -> json.put("num_hidden_layers", 4)).numHiddenLayers());
        refused("num_hidden_layers beside num_layers 2 is 3, supported: as many, or twice as many", golden,
                json -> json.put("num_hidden_layers", 3));
    }

    /** Experts without weights have weights in files that transformers saved; so has a prediction. */
    @Test
    void longCatFilesHoldWhatIsNotUsed() {
        ModelConfig model = read("families/longcat-flash", json -> json.put("zero_expert_num", 2));
        assertEquals(
                List.of("model.layers.0.mlp.experts.8.", "model.layers.0.mlp.experts.9.",
                        "model.layers.1.mlp.experts.8.", "model.layers.1.mlp.experts.9.", "model.mtp."),
                model.skippedPrefixes());
        assertEquals(List.of("model.mtp."),
                read("families/longcat-flash", json -> json.put("zero_expert_num", 0)).skippedPrefixes());
        assertEquals(0, model.predictionLayers());
        assertEquals(List.of(), read("models/v3-sigmoid-bias", json -> {}).skippedPrefixes());
    }

    @Test
    void mistralsQueriesGrowWithTheirPositions() {
        String golden = "families/mistral4";
        Optional<QueryGrowth> growth = read(golden, json -> {}).attention().queryGrowth();
        assertEquals(Optional.of(new QueryGrowth(0.1, 32, 512 / 32 + 1)), growth);
        assertEquals(Optional.empty(),
                read(golden, json -> ((ObjectNode) json.get("rope_parameters")).remove("llama_4_scaling_beta"))
                        .attention().queryGrowth());
        refused("original_max_position_embeddings is 0", golden,
                json -> ((ObjectNode) json.get("rope_parameters")).put("original_max_position_embeddings", 0));
        refused("llama_4_scaling_beta", "models/v3-sigmoid-bias",
                json -> ((ObjectNode) json.get("rope_parameters")).put("llama_4_scaling_beta", 0.1));
    }

    @Test
    void mistralsShareOfAHeadThatTurnsIsOfTheWholeHead() {
        assertEquals(8, read("families/mistral4", json -> {}).attention().qkRopeHeadDim(), "0.4 of twenty");
        refused("partial_rotary_factor is 0.5, supported: 0.4: all components", "families/mistral4",
                json -> ((ObjectNode) json.get("rope_parameters")).put("partial_rotary_factor", 0.5));
    }

    @Test
    void miniCpmsValuesAreAHeadsShareWhereNothingIsSaid() {
        ModelConfig model = read("families/minicpm3", json -> json.remove("v_head_dim"));
        assertEquals(16, model.attention().vHeadDim());
        assertEquals(12, model.scales().embedding());
        assertEquals(16 / 48.0, model.scales().logits());
        assertEquals(1.4 / Math.sqrt(3), model.scales().residual());
        assertEquals(Scales.NONE, read("models/v3-sigmoid-bias", json -> {}).scales());
    }

    @Test
    void glmsLayersAreListedAndNothingElseCounts() {
        String golden = "families/glm4-moe-lite";
        assertEquals(1, read(golden, json -> {}).denseLayers());
        assertEquals(2, read(golden, json -> json.putArray("mlp_layer_types").add("dense").add("dense").add("sparse"))
                .denseLayers());
        refused("mlp_layer_types says of layer 1 what first_k_dense_replace 2 and moe_layer_freq 1 do not", golden,
                json -> json.put("first_k_dense_replace", 2));
        refused("first_k_dense_replace without mlp_layer_types of a GLM-4.7 Flash class is 2, supported: 1", golden,
                json -> json.put("first_k_dense_replace", 2).remove("mlp_layer_types"));
    }

    @Test
    void layersBeginAndRepeatWhereNumbersSayIt() {
        String golden = "models/v3-sigmoid-bias";
        refused("first_k_dense_replace is -1, must be at least 0", golden,
                json -> json.put("first_k_dense_replace", -1));
        refused("moe_layer_freq is 0, must be at least 1", golden, json -> json.put("moe_layer_freq", 0));
        assertEquals(0, read(golden, json -> json.put("first_k_dense_replace", 0)).denseLayers());
        assertEquals(List.of(false, false, true),
                read(golden, json -> json.put("first_k_dense_replace", 1).put("moe_layer_freq", 2)).layers().stream()
                        .map(layer -> layer.has(MixtureBlock.class)).toList());
    }

    @Test
    void otherNamesOfKeysMeanTheSame() {
        String golden = "models/v3-sigmoid-bias";
        ModelConfig plain = read(golden, json -> {});
        ModelConfig renamed = read(golden, json -> {
            json.remove("n_routed_experts");
            json.put("num_local_experts", 8);
        });
        assertEquals(plain.weights(), renamed.weights());
        assertEquals(plain.weights(), read(golden, json -> json.put("num_local_experts", 8)).weights());
        refused("config.json has num_local_experts 4 and n_routed_experts 8, which mean the same; remove one of them",
                golden, json -> json.put("num_local_experts", 4));
    }

    /** A class's own ids count where the vocabulary has them; ids that a file names must be in it. */
    @Test
    void idsOfTheClassAreInTheVocabulary() {
        String golden = "models/v2-lite-greedy";
        Consumer<ObjectNode> unnamed = json -> json.remove(List.of("bos_token_id", "eos_token_id"));
        ModelConfig both = read(golden, unnamed.andThen(json -> json.put("vocab_size", 3)));
        assertEquals(OptionalInt.of(1), both.bosTokenId());
        assertEquals(List.of(2), both.eosTokenIds());
        ModelConfig first = read(golden, unnamed.andThen(json -> json.put("vocab_size", 2)));
        assertEquals(OptionalInt.of(1), first.bosTokenId());
        assertEquals(List.of(), first.eosTokenIds());
        assertEquals(OptionalInt.empty(),
                read(golden, unnamed.andThen(json -> json.put("vocab_size", 1))).bosTokenId());
        refused("bos_token_id is 3", golden, json -> json.put("vocab_size", 3).put("bos_token_id", 3));
        refused("eos_token_id is 3", golden, json -> json.put("vocab_size", 3).put("eos_token_id", 3));
    }

    @Test
    void whatAModelStoresIsTold() {
        ModelConfig plain = read("models/v3-sigmoid-bias", json -> {});
        assertFalse(plain.fp8Blocks() || plain.fourBits() || plain.tieWordEmbeddings());
        assertEquals(1, plain.predictionLayers());
        assertEquals(StoredType.FLOAT16,
                read("models/v3-sigmoid-bias", json -> json.put("dtype", "float16")).storedType());
    }
}
