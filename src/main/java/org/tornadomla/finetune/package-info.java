/** Fine-tuning of whole models: a model on a tape, texts in windows, and a run that can be stopped and goes on. */
@NullMarked
package org.tornadomla.finetune;

import org.jspecify.annotations.NullMarked;
