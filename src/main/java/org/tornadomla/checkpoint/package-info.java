/**
 * Checkpoints as they are published: safetensors files, alone or as shards with an index, mapped into memory and read
 * row by row; the table of weight names; and golden cases, which are safetensors files too.
 */
@NullMarked
package org.tornadomla.checkpoint;

import org.jspecify.annotations.NullMarked;
