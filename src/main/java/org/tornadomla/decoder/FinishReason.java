package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;

/** Why a text ended. */
@PublicApi
public enum FinishReason {
    /** The model gave an end token. */
    END_TOKEN,
    /** A stop string was complete. */
    STOP_STRING,
    /** As many tokens were made as were asked for. */
    MAX_TOKENS,
    /** The sequence is as long as the model or the cache allows. */
    SEQUENCE_FULL,
    /** {@link Generation#cancel} was called. */
    CANCELLED
}
