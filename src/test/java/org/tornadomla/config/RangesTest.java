package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tornadomla.error.ConfigurationException;

/** The first number and the last that each part of a configuration may have. */
class RangesTest {

    private static final int MOST = Checks.MOST_WIDTH;
    private static final MlaConfig ATTENTION = MlaConfig.builder().hiddenSize(64).numHeads(2).qLoraRank(24)
            .kvLoraRank(8).qkNopeHeadDim(4).qkRopeHeadDim(2).vHeadDim(4).build();

    private static void refused(String part, Executable call) {
        String message = assertThrows(ConfigurationException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static MoeConfig experts(UnaryOperator<MoeConfig.Builder> change) {
        return change.apply(MoeConfig.builder().nRoutedExperts(8).numExpertsPerTok(4).moeIntermediateSize(32)).build();
    }

    private static MoeConfig groups(int experts, int groups, int used) {
        return experts(moe -> moe.nRoutedExperts(experts).nGroup(groups).topkGroup(used).topkMethod(TopkMethod.NOAUX_TC)
                .scoring(Scoring.SIGMOID));
    }

    @Test
    void experts() {
        refused("topk_method is null", () -> experts(moe -> moe.topkMethod(null)));
        refused("scoring_func is null", () -> experts(moe -> moe.scoring(null)));
        refused("n_routed_experts is 10001, must be from 1 to 10000", () -> experts(moe -> moe.nRoutedExperts(10_001)));
        refused("zero_expert_num is -1, must be from 0 to 10000", () -> experts(moe -> moe.nZeroExperts(-1)));
        refused("n_shared_experts is -1, must be from 0 to 10000", () -> experts(moe -> moe.nSharedExperts(-1)));
        refused("moe_intermediate_size is 0", () -> experts(moe -> moe.moeIntermediateSize(0)));
        refused("n_group is 9, must be from 1 to 8", () -> experts(moe -> moe.nGroup(9)));
        refused("routed_scaling_factor is 0.0", () -> experts(moe -> moe.routedScalingFactor(0)));
        refused("num_experts_per_tok is 11, must be from 1 to 10",
                () -> experts(moe -> moe.nZeroExperts(2).numExpertsPerTok(11)));
        assertEquals(10, experts(moe -> moe.nZeroExperts(2).numExpertsPerTok(10)).choices());
        assertEquals(96, experts(moe -> moe.nSharedExperts(3)).sharedIntermediateSize());
        refused("none, without groups", () -> experts(moe -> moe.nZeroExperts(1).nSharedExperts(1)));
    }

    @Test
    void groupsOfExperts() {
        assertEquals(4, groups(8, 4, 2).numExpertsPerTok(), "two groups of two hold just as many");
        refused("topk_group 1 groups of 2 hold 2", () -> groups(8, 4, 1));
        refused("a group needs at least two", () -> groups(8, 8, 8));
        assertDoesNotThrow(() -> experts(moe -> moe.nGroup(8).topkGroup(8).topkMethod(TopkMethod.GROUP_LIMITED_GREEDY)),
                "these are ranked by their best");
        assertDoesNotThrow(() -> experts(moe -> moe.nRoutedExperts(1).numExpertsPerTok(1)
                .topkMethod(TopkMethod.NOAUX_TC).scoring(Scoring.SIGMOID)), "of one group nothing is chosen");
        assertTrue(groups(8, 4, 2).hasSelectionBias());
        assertTrue(experts(moe -> moe.topkMethod(TopkMethod.GREEDY_WITH_BIAS)).hasSelectionBias());
        assertFalse(experts(moe -> moe).hasSelectionBias());
    }

    private static RopeConfig yarn(UnaryOperator<RopeConfig.Builder> change) {
        return change.apply(RopeConfig.yarn(10_000).factor(4).originalMaxPositionEmbeddings(64)).build();
    }

    @Test
    void rotaryEmbedding() {
        OptionalDouble none = OptionalDouble.empty();
        refused("rope_type is null", () -> new RopeConfig(10, null, 1, 0, 32, 1, none, none, RopeLayout.HALVES));
        refused("rope layout is null", () -> RopeConfig.plain(10, null));
        refused("mscale is null", () -> yarn(rope -> rope.mscale(null)));
        refused("mscale_all_dim is null", () -> yarn(rope -> rope.mscaleAllDim(null)));
        assertEquals(1, yarn(rope -> rope.factor(1)).cosSinScale());
        refused("factor of yarn is Infinity", () -> yarn(rope -> rope.factor(Double.POSITIVE_INFINITY)));
        refused("original_max_position_embeddings is 0, must be at least 1",
                () -> yarn(rope -> rope.originalMaxPositionEmbeddings(0)));
        refused("beta_fast is 0.0", () -> yarn(rope -> rope.betaFast(0)));
        refused("beta_slow is 0.0", () -> yarn(rope -> rope.betaSlow(0)));
        refused("mscale is -0.5, must be a finite number of at least 0",
                () -> yarn(rope -> rope.mscale(OptionalDouble.of(-0.5))));
        refused("mscale_all_dim is Infinity",
                () -> yarn(rope -> rope.mscaleAllDim(OptionalDouble.of(Double.POSITIVE_INFINITY))));
        assertEquals(1, yarn(rope -> rope.mscaleAllDim(OptionalDouble.of(0))).softmaxScaleFactor());
        refused("positions is -1, must be at least 0", () -> yarn(rope -> rope).cosines(4, -1));
        assertEquals(0, yarn(rope -> rope).sines(4, 0).length);
    }

    private static void attention(String part, UnaryOperator<MlaConfig.Builder> change) {
        refused(part, () -> change.apply(ATTENTION.toBuilder()).build());
    }

    @Test
    void attention() {
        attention("qk_rope_head_dim is 0, must be from 1", builder -> builder.qkRopeHeadDim(0));
        attention("qk_rope_head_dim is 1, must be even", builder -> builder.qkRopeHeadDim(1));
        attention("queryScale is 0.0", builder -> builder.queryScale(0));
        attention("latentScale is NaN", builder -> builder.latentScale(Double.NaN));
        attention("must be 1 where there is no norm", builder -> builder.queryNorm(false).queryScale(2));
        attention("must be 1 where there is no norm", builder -> builder.latentNorm(false).latentScale(2));
        refused("num_head is 0, must be at least 1", () -> MlaConfig.card(64, 0, 64, 8, 8, 4));
    }

    /** All heads together have an index of 32 bits. */
    @Test
    void headsTogether() {
        UnaryOperator<MlaConfig.Builder> most = builder -> builder.numHeads(1 << 12).qkNopeHeadDim(1 << 15)
                .qkRopeHeadDim(1 << 15).vHeadDim(1 << 15);
        assertEquals(1 << 16, most.apply(ATTENTION.toBuilder()).build().qkHeadDim());
        attention("num_attention_heads * (qk_nope_head_dim + qk_rope_head_dim) is 268443648, must be at most 268435456",
                builder -> most.apply(builder).qkRopeHeadDim((1 << 15) + 2));
        attention("num_attention_heads * (qk_nope_head_dim + v_head_dim) is 268439552, must be at most 268435456",
                builder -> most.apply(builder).vHeadDim((1 << 15) + 1));
    }

    @Test
    void sparseAttention() {
        IndexerConfig indexer = new IndexerConfig(2, 4, 8, RopeLayout.HALVES, false);
        Optional<IndexerConfig> chosen = Optional.of(indexer);
        assertDoesNotThrow(() -> ATTENTION.toBuilder().qkRopeHeadDim(4).indexer(chosen).build(), "all of a key turns");
        attention("index_head_dim 4 with sparse attention", builder -> builder.qkRopeHeadDim(6).indexer(chosen));
        attention("q_lora_rank is 0 and index_head_dim", builder -> builder.qLoraRank(0).indexer(chosen));
        refused("index_n_heads is 0", () -> new IndexerConfig(0, 4, 8, RopeLayout.HALVES, false));
        refused("index_head_dim is 0", () -> new IndexerConfig(2, 0, 8, RopeLayout.HALVES, false));
        refused("index_topk is 0", () -> new IndexerConfig(2, 4, 0, RopeLayout.HALVES, false));
        refused("layout is null", () -> new IndexerConfig(2, 4, 8, null, false));
        refused("index_n_heads * index_head_dim is 536870912, must be at most 268435456",
                () -> new IndexerConfig(2, MOST, 8, RopeLayout.HALVES, false));
    }

    @Test
    void factors() {
        refused("scale_emb is 0.0", () -> new Scales(0, 1, 1));
        refused("scale_depth / sqrt(num_hidden_layers) is 0.0", () -> new Scales(1, 0, 1));
        refused("dim_model_base / hidden_size is 0.0", () -> new Scales(1, 1, 0));
        refused("llama_4_scaling_beta is 0.0", () -> new QueryGrowth(0, 32, 2));
        refused("original_max_position_embeddings is 0", () -> new QueryGrowth(0.1, 0, 2));
        refused("spans of positions is 0", () -> new QueryGrowth(0.1, 32, 0));
        QueryGrowth growth = new QueryGrowth(0.1, 32, 3);
        assertEquals(1, growth.factor(31));
        assertEquals(1 + 0.1 * Math.log(2), growth.factor(32), 1e-15);
        assertEquals(1 + 0.1 * Math.log(3), growth.factor(95), 1e-15);
    }

    private static ModelConfig.Builder model() {
        return ModelConfig.builder("deepseek_v3").vocabSize(100).maxPositionEmbeddings(512).rmsNormEps(1e-6).layers(1,
                index -> List.of(new AttentionBlock(ATTENTION), new DenseBlock(64, 128)));
    }

    private static void model(String part, UnaryOperator<ModelConfig.Builder> change) {
        refused(part, () -> change.apply(model()).build());
    }

    @Test
    void models() {
        assertEquals(99,
                model().bosTokenId(OptionalInt.of(99)).eosTokenIds(List.of(0, 99)).build().bosTokenId().getAsInt());
        model("bos_token_id is 100, must be from 0 to 99", builder -> builder.bosTokenId(OptionalInt.of(100)));
        model("eos_token_id is -1, must be from 0 to 99", builder -> builder.eosTokenIds(List.of(3, -1)));
        model("torch_dtype is null", builder -> builder.storedType(null));
        refused("model_type is null", () -> ModelConfig.builder(null).build());
        model("rms_norm_eps is 0.0", builder -> builder.rmsNormEps(0));
        model("num_nextn_predict_layers is -1", builder -> builder.predictionLayers(-1));
        model("num_hidden_layers is 0", builder -> builder.layers(0, index -> List.of(new AttentionBlock(ATTENTION))));
        model("no layer of deepseek_v3 has latent attention",
                builder -> builder.layers(1, index -> List.of(new DenseBlock(64, 128))));
        refused("hidden_size is 0", () -> new DenseBlock(0, 1));
        refused("intermediate_size is 0", () -> new DenseBlock(1, 0));
    }

    @Test
    void numbersOfALayerAreCountedBeforeTheyOverflow() {
        MoeConfig vast = experts(moe -> moe.nRoutedExperts(10_000).moeIntermediateSize(MOST));
        model("number of parameters of a layer is ", builder -> builder.layers(1,
                index -> List.of(new AttentionBlock(ATTENTION), new MixtureBlock(MOST, vast))));
    }

    @Test
    void furtherEndsOfTexts() {
        ModelConfig model = model().eosTokenIds(List.of(3)).build();
        assertEquals(model, model.withEndTokens(List.of(3)));
        assertEquals(List.of(3, 9), model.withEndTokens(List.of(9, 3)).eosTokenIds());
        refused("eos_token_id is 100", () -> model.withEndTokens(List.of(100)));
    }
}
