package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;

/** Room for one text is what that text takes and no more than was asked for. */
class DecoderOptionsTest {

    @Test
    void roomForOneText() {
        DecoderOptions options = DecoderOptions.defaults().forText(5, 20);
        assertEquals(new DecoderOptions(5, 1, 25, options.pageTokens(), 25, options.mode(), options.weights(),
                CacheType.F32, Long.MAX_VALUE), options);
        assertEquals(DecoderOptions.defaults().withBatch(1), DecoderOptions.defaults().forText(5000, 1));
        assertEquals(4096, DecoderOptions.defaults().forText(5, Integer.MAX_VALUE).cacheTokens());
    }

    @Test
    void refusals() {
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> DecoderOptions.defaults().forText(0, 1));
        assertTrue(refused.getMessage().contains("chunkTokens is 0, must be at least 1"), refused.getMessage());
        refused = assertThrows(ConfigurationException.class, () -> DecoderOptions.defaults().withCache(null));
        assertTrue(refused.getMessage().contains("cache is missing, must be one of [F32, BF16]"), refused.getMessage());
    }
}
