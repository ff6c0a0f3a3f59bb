package org.tornadomla.attention;

import org.junit.jupiter.api.extension.ExtendWith;
import org.tornadomla.testing.ManyCores;

/** The golden cases of attention, and the tape of a module, with the kernels for many cores. */
@ExtendWith(ManyCores.class)
class AttentionTapeManyCoresTest extends AttentionTapeTest {
}
