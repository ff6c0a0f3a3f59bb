package org.tornadomla.attention;

import org.tornadomla.error.ConfigurationException;

/**
 * What a tape is made for.
 *
 * @param batch         rows
 * @param tokens        tokens of the longest row
 * @param contextTokens tokens of the longest context; 0 for self-attention
 * @param positions     positions that tokens may have
 */
record TapeSize(int batch, int tokens, int contextTokens, int positions) {

    TapeSize {
        require("batch", batch, 1);
        require("tokens", tokens, 1);
        require("contextTokens", contextTokens, 0);
        require("positions", positions, Math.max(tokens, contextTokens));
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new ConfigurationException(name + " of a tape is " + value + ", must be at least " + least);
        }
    }
}
