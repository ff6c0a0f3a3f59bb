package org.tornadomla.finetune;

import org.junit.jupiter.api.extension.ExtendWith;
import org.tornadomla.testing.ManyCores;

/** Trainings that are stopped and resumed, with the kernels for many cores. */
@ExtendWith(ManyCores.class)
class FineTuningManyCoresTest extends FineTuningTest {
}
