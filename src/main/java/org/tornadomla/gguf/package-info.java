/**
 * GGUF files: a reader that maps them and believes nothing that their size does not bear out, and the mapping of
 * {@code deepseek2} models in them to configurations, checkpoint names and tokenizers.
 */
package org.tornadomla.gguf;
