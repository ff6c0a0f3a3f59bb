package org.tornadomla.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;

/** Sizes derived from a configuration, and configurations that are refused. */
class CacheConfigTest {

    /** DeepSeek-V3: 512 latents and 64 rotary floats a token, no padding. */
    private static final RowLayout V3 = new RowLayout(512, 64);

    private static void refused(Executable operation, String... parts) {
        String message = assertThrows(ConfigurationException.class, operation).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "'" + message + "' does not say '" + part + "'");
        }
    }

    @Test
    void rowsArePaddedToWholeVectors() {
        RowLayout odd = new RowLayout(17, 1);
        assertEquals(0, odd.latentOffset());
        assertEquals(32, odd.rotaryOffset());
        assertEquals(48, odd.width());
        assertEquals(3, odd.vectors());
        assertEquals(18, odd.payload());
        assertEquals(16, new RowLayout(16, 0).width());
        assertEquals(576, V3.width());
    }

    @Test
    void aBudgetGivesWholePages() {
        long page = 61L * 576 * 4 * 64;
        CacheConfig config = CacheConfig.builder(61, V3).budgetBytes(3 * page + 5).maxSequenceTokens(163_840).build();
        assertEquals(3, config.pages());
        assertEquals(3 * page, config.poolBytes());
        assertEquals(192, config.maxSequenceTokens(), "no longer than the pool");
        assertEquals(3, config.maxBlocks());
        refused(() -> CacheConfig.builder(61, V3).budgetBytes(page - 1).build(), Long.toString(page - 1),
                "64 times " + page / 64);
        refused(() -> CacheConfig.builder(Integer.MAX_VALUE, V3).pageTokens(Integer.MAX_VALUE).budgetBytes(7).build(),
                "budgetBytes");
    }

    /** A latent's numbers are a byte each; its scales stand behind the rotary key, in whole vectors together. */
    @Test
    void eightBitsTakeLessThanTwoThirdsOfThat() {
        CacheConfig config = CacheConfig.builder(61, V3).pages(2).type(CacheType.INT8).build();
        assertEquals(61L * (512 + 3 * 64), config.bytesPerToken());
        assertEquals(2, new RowLayout(17, 1).vectors(CacheType.INT8));
        assertEquals(2, new RowLayout(64, 0).vectors(CacheType.INT8));
        assertEquals(17 + 1, new RowLayout(1088, 0).vectors(CacheType.INT8), "seventeen scales are two halves");
    }

    /** Two bfloat16 numbers share an int, and a row takes whole vectors. */
    @Test
    void bfloat16HalvesTheBytes() {
        CacheConfig config = CacheConfig.builder(61, V3).pages(2).type(CacheType.BF16).build();
        assertEquals(61L * 576 * 2, config.bytesPerToken());
        assertEquals(2 * 64 * config.bytesPerToken(), config.poolBytes());
        RowLayout odd = new RowLayout(17, 1);
        assertEquals(2, odd.vectors(CacheType.BF16), "three halves of vectors");
        assertEquals(2 * 64, CacheConfig.builder(1, odd).pages(1).type(CacheType.BF16).build().bytesPerToken());
        int budget = 61 * 576 * 4 * 64;
        assertEquals(2, CacheConfig.builder(61, V3).budgetBytes(budget).type(CacheType.BF16).build().pages());
        int most = (int) (CacheConfig.MAX_POOL_ELEMENTS / 288 / 64);
        assertEquals(most, CacheConfig.builder(1, V3).pages(most).type(CacheType.BF16).build().pages());
        refused(() -> CacheConfig.builder(1, V3).pages(most + 1).type(CacheType.BF16).build(), "1152 bytes",
                Integer.toString(most));
        refused(() -> CacheConfig.builder(1, V3).type(null), "type is missing", "F32, BF16, INT8");
    }

    @Test
    void sizesOfAnAttentionLayer() {
        MlaConfig mla = MlaConfig.builder().hiddenSize(24).numHeads(3).kvLoraRank(6).qkNopeHeadDim(5).qkRopeHeadDim(4)
                .vHeadDim(7).build();
        CacheConfig config = CacheConfig.builder(2, mla).pages(1).build();
        assertEquals(new RowLayout(6, 4), config.rowLayout());
        assertEquals(3 * (5 + 4 + 7), config.multiHeadFloatsPerToken());
    }

    @Test
    void blocksRoundUp() {
        CacheConfig config = CacheConfig.builder(1, V3).pages(2).build();
        assertEquals(0, config.blocks(0));
        assertEquals(1, config.blocks(1));
        assertEquals(1, config.blocks(64));
        assertEquals(2, config.blocks(65));
        assertEquals(64 + 3, config.slot(1, 67));
    }

    @Test
    void aPoolThatNoIntCanIndexIsRefused() {
        int most = (int) (CacheConfig.MAX_POOL_ELEMENTS / 576 / 64);
        assertEquals(most, CacheConfig.builder(1, V3).pages(most).build().pages());
        refused(() -> CacheConfig.builder(1, V3).pages(most + 1).build(), Integer.toString(most + 1),
                Integer.toString(most));
        refused(() -> CacheConfig.builder(1, V3).pageTokens(Integer.MAX_VALUE).pages(Integer.MAX_VALUE).build(),
                "too large");
        refused(() -> CacheConfig.builder(1, V3).budgetBytes(Long.MAX_VALUE).build(), "too large");
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        refused(() -> new RowLayout(0, 64), "kvLoraRank", "0", "1 to");
        refused(() -> new RowLayout(RowLayout.MAX_WIDTH + 1, 64), "kvLoraRank");
        refused(() -> new RowLayout(1, -1), "qkRopeHeadDim", "-1", "0 to");
        refused(() -> CacheConfig.builder(0, V3).pages(1).build(), "layers", "0");
        refused(() -> CacheConfig.builder(1, V3).pageTokens(0).pages(1).build(), "pageTokens", "0");
        refused(() -> CacheConfig.builder(1, V3).pages(0), "pages", "0");
        refused(() -> CacheConfig.builder(1, V3).budgetBytes(-5), "budgetBytes", "-5");
        refused(() -> CacheConfig.builder(1, V3).build(), "pages or budgetBytes");
        refused(() -> CacheConfig.builder(1, V3).pages(1).maxSequenceTokens(0).build(), "maxSequenceTokens", "0");
        refused(() -> CacheConfig.builder(1, V3).pages(1).multiHeadFloatsPerToken(-1).build(), "-1");
        refused(() -> CacheConfig.builder(1, V3).pages(1).model("m".repeat(1025)).build(), "1025", "1024");
        refused(() -> new CacheConfig(1, 64, 1, 65, V3, CacheType.F32, PageOrder.NATURAL, 0, "", 0, 0, RowOrigin.NONE),
                "maxSequenceTokens", "65", "64");
    }

    private static CacheConfig plain(int layers, int pageTokens, int pages, CacheType type, int indexPools, int width) {
        return new CacheConfig(layers, pageTokens, pages, 1, V3, type, PageOrder.NATURAL, 0, "", indexPools, width,
                RowOrigin.NONE);
    }

    /** The record refuses what its builder would, for those who make it themselves. */
    @Test
    void valuesAreCheckedWithoutABuilderToo() {
        refused(() -> plain(0, 64, 1, CacheType.F32, 0, 0), "layers is 0");
        refused(() -> plain(1, 0, 1, CacheType.F32, 0, 0), "pageTokens is 0");
        refused(() -> plain(1, 64, 0, CacheType.F32, 0, 0), "pages is 0");
        refused(() -> plain(1, 64, 1, null, 0, 0), "type is missing");
        refused(() -> plain(1, 64, 1, CacheType.F32, -1, 8), "indexPools is -1 and indexWidth 8");
        refused(() -> plain(1, 64, 1, CacheType.F32, 1, 0), "indexPools is 1 and indexWidth 0");
        assertEquals(0, plain(1, 64, 1, CacheType.F32, 0, 0).indexPools());
        assertEquals(1024, CacheConfig.builder(1, V3).pages(1).model("m".repeat(1024)).build().model().length());
        assertEquals(1, CacheConfig.builder(1, V3).pages(1).maxSequenceTokens(1).build().maxSequenceTokens());
    }

    /** Pools of indexers' keys stand behind those of the layers, in 32-bit numbers whatever the layers have. */
    @Test
    void indexersHavePoolsOfTheirOwn() {
        CacheConfig config = CacheConfig.builder(3, V3).pages(2).type(CacheType.BF16).indexPools(2, 20).build();
        assertEquals(5, config.pools());
        assertEquals(3 * 576 * 2 + 2 * 32 * 4, config.bytesPerToken());
        assertEquals(V3, config.rowLayout(2));
        assertEquals(new RowLayout(20, 0), config.rowLayout(3));
        assertEquals(CacheType.BF16, config.type(2));
        assertEquals(CacheType.F32, config.type(3));
    }
}
