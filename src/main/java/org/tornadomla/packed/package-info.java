/** Packed weights that are kept between runs, so that the next one maps them. */
@NullMarked
package org.tornadomla.packed;

import org.jspecify.annotations.NullMarked;
