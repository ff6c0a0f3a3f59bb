package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;

/** Room for one text is what that text takes and no more than was asked for. */
class DecoderOptionsTest {

    @Test
    void roomForOneText() {
        DecoderOptions options = DecoderOptions.defaults().forText(5, 20);
        assertEquals(List.of(5, 1, 1, 25, 25), List.of(options.chunkTokens(), options.batch(), options.outputs(),
                options.cacheTokens(), options.expandedKeys()));
        DecoderOptions large = DecoderOptions.defaults().forText(5000, 1);
        assertEquals(List.of(128, 1, 4096, 1024),
                List.of(large.chunkTokens(), large.batch(), large.cacheTokens(), large.expandedKeys()),
                "no more than by default");
        assertEquals(CacheType.BF16,
                DecoderOptions.defaults().withCacheType(CacheType.BF16).forText(5, 20).cacheType());
        assertEquals(4096, DecoderOptions.defaults().forText(5, Integer.MAX_VALUE).cacheTokens());
    }

    @Test
    void refusals() {
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> DecoderOptions.defaults().forText(0, 1));
        assertTrue(refused.getMessage().contains("chunkTokens is 0, must be at least 1"), refused.getMessage());
        refused = assertThrows(ConfigurationException.class, () -> DecoderOptions.defaults().withCacheType(null));
        assertTrue(refused.getMessage().contains("cacheType is missing, must be one of [F32, BF16, INT8]"),
                refused.getMessage());
    }
}
