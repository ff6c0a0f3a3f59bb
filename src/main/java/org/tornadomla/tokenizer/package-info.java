/**
 * Text to token ids and back: the tokenizer of a checkpoint directory, its chat template, and the decoding of a stream
 * of ids into whole characters. Reads local files only.
 */
@NullMarked
package org.tornadomla.tokenizer;

import org.jspecify.annotations.NullMarked;
