/** Pictures of what was measured, as SVG. */
@NullMarked
package org.tornadomla.picture;

import org.jspecify.annotations.NullMarked;
