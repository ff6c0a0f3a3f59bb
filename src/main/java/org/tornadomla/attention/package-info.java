/** The drop-in attention module: Multi-head Latent Attention on a cache, on whichever device there is. */
@NullMarked
package org.tornadomla.attention;

import org.jspecify.annotations.NullMarked;
