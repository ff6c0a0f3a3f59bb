package org.tornadomla.training;

import org.junit.jupiter.api.extension.ExtendWith;
import org.tornadomla.testing.ManyCores;

/** A network of all operations but attention and mixtures, and its optimisers, with the kernels for many cores. */
@ExtendWith(ManyCores.class)
class TapeNetworkManyCoresTest extends TapeNetworkTest {
}
