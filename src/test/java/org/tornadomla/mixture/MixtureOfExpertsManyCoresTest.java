package org.tornadomla.mixture;

import org.junit.jupiter.api.extension.ExtendWith;
import org.tornadomla.testing.ManyCores;

/** The golden cases of mixtures, and what else the module promises, with the kernels for many cores. */
@ExtendWith(ManyCores.class)
class MixtureOfExpertsManyCoresTest extends MixtureOfExpertsTest {
}
