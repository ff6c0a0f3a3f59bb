package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;

/**
 * What was written.
 *
 * @param ids    tokens that were made, an end token included
 * @param text   their text, without special tokens and without a stop string
 * @param reason why it ended
 */
@PublicApi
public record GenerationResult(int[] ids, String text, FinishReason reason) {
}
