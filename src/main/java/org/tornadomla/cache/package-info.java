/**
 * The latent cache: what Multi-head Latent Attention keeps of past tokens, in pages that sequences share.
 *
 * <p>{@link org.tornadomla.cache.LatentCache} is the door. It decides on the host where every row lies; the rows
 * themselves are written and read by kernels on the device.
 */
@NullMarked
package org.tornadomla.cache;

import org.jspecify.annotations.NullMarked;
