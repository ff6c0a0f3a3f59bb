/** Whole models: token ids in, logits or text out; sampling, generation, and what happens when a device fails. */
package org.tornadomla.decoder;
