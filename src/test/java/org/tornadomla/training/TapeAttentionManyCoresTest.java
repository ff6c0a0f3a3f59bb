package org.tornadomla.training;

import org.junit.jupiter.api.extension.ExtendWith;
import org.tornadomla.testing.ManyCores;

/** Attention on a tape, with the kernels for many cores. */
@ExtendWith(ManyCores.class)
class TapeAttentionManyCoresTest extends TapeAttentionTest {
}
