/** Whole models: token ids in, logits or text out; sampling, generation, and what happens when a device fails. */
@NullMarked
package org.tornadomla.decoder;

import org.jspecify.annotations.NullMarked;
