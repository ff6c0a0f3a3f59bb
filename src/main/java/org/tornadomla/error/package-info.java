/**
 * What the library throws. Everything is an {@link org.tornadomla.error.MlaException}, and each message says what was
 * passed, what is allowed and what to do.
 */
@NullMarked
package org.tornadomla.error;

import org.jspecify.annotations.NullMarked;
