/** The drop-in attention module: Multi-head Latent Attention on a cache, on whichever device there is. */
package org.tornadomla.attention;
