package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

import org.tornadomla.error.ConfigurationException;

/** The attention record's checks and its factory for the card's names. */
class MlaConfigTest {

    private static final MlaConfig VALID = MlaConfig.builder().hiddenSize(64).numHeads(3).qLoraRank(24).kvLoraRank(6)
            .qkNopeHeadDim(5).qkRopeHeadDim(4).vHeadDim(7).build();

    private static void refused(String part, Executable action) {
        String message = assertThrows(ConfigurationException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static void refused(String part, UnaryOperator<MlaConfig.Builder> change) {
        refused(part, () -> {
            change.apply(VALID.toBuilder()).build();
        });
    }

    @Test
    void cardNamesMeanTheirPublishedSizes() {
        MlaConfig card = MlaConfig.card(512, 8, 512, 64, 64, 32);
        assertEquals(64, card.qkNopeHeadDim());
        assertEquals(64, card.vHeadDim());
        assertEquals(64, card.kvLoraRank());
        assertEquals(64, card.qLoraRank());
        assertEquals(96, card.qkHeadDim());
        assertEquals(1 / Math.sqrt(96), card.softmaxScale());
        assertFalse(card.queryNorm() || card.latentNorm() || card.attentionBias());
    }

    @Test
    void cardSizesThatDoNotFitAreNamed() {
        refused("d_model is 510", () -> MlaConfig.card(510, 8, 510, 64, 64, 32));
        refused("d_embed is 256", () -> MlaConfig.card(512, 8, 256, 64, 64, 32));
    }

    @Test
    void everySizeIsChecked() {
        refused("hidden_size is 0", builder -> builder.hiddenSize(0));
        refused("num_attention_heads is -1", builder -> builder.numHeads(-1));
        refused("q_lora_rank is -2", builder -> builder.qLoraRank(-2));
        refused("kv_lora_rank is 0", builder -> builder.kvLoraRank(0));
        refused("qk_nope_head_dim is 0", builder -> builder.qkNopeHeadDim(0));
        refused("qk_rope_head_dim is 3", builder -> builder.qkRopeHeadDim(3));
        refused("v_head_dim is 0", builder -> builder.vHeadDim(0));
        refused("rms_norm_eps is NaN", builder -> builder.rmsNormEps(Double.NaN));
        refused("rope is null", builder -> builder.rope(null));
        refused("num_attention_heads *", builder -> builder.numHeads(1 << 20).qkNopeHeadDim(1 << 12));
    }

    @Test
    void aBuilderCopiesEveryPart() {
        MlaConfig other = VALID.toBuilder().attentionBias(true).latentNorm(false).rmsNormEps(1e-5).build();
        assertEquals(other, other.toBuilder().build());
        assertFalse(VALID.toBuilder().qLoraRank(0).build().queryNorm());
    }
}
