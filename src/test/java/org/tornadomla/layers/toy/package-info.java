/** A kind of block that only tests know: what a new kind takes, and nothing else. */
package org.tornadomla.layers.toy;
