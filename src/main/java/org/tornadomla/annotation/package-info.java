/** How the library says what is for its users. */
@NullMarked
package org.tornadomla.annotation;

import org.jspecify.annotations.NullMarked;
