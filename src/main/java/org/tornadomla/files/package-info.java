/** Files that are written whole or not at all. */
@NullMarked
package org.tornadomla.files;

import org.jspecify.annotations.NullMarked;
