/** A transformer from scratch on task graphs, chapter by chapter: docs/tutorial. */
@NullMarked
package org.tornadomla.tutorial;

import org.jspecify.annotations.NullMarked;
