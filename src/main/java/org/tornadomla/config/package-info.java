/**
 * What a model is made of, as records that are checked when they are built, and the reader of a checkpoint's
 * {@code config.json}. Sizes carry the names of the published configurations in Java spelling: {@code kv_lora_rank} is
 * {@code kvLoraRank}. Imports nothing else of this library.
 */
@NullMarked
package org.tornadomla.config;

import org.jspecify.annotations.NullMarked;
