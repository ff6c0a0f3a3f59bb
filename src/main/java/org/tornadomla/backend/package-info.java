/**
 * Engines and devices: which there are, what they can do, which one is chosen and why.
 */
@NullMarked
package org.tornadomla.backend;

import org.jspecify.annotations.NullMarked;
