/**
 * What kernels of work-groups ask of a GPU, counted: a group runs with its work-items in turns from barrier to barrier,
 * in a copy of the kernels that tells each access to memory.
 */
@NullMarked
package org.tornadomla.cost;

import org.jspecify.annotations.NullMarked;
