package org.tornadomla.finetune;

import org.junit.jupiter.api.extension.ExtendWith;
import org.tornadomla.testing.ManyCores;

/** Whole models on a tape, with the kernels for many cores. */
@ExtendWith(ManyCores.class)
class LanguageModelManyCoresTest extends LanguageModelTest {
}
