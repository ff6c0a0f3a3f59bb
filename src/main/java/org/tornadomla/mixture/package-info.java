/** DeepSeekMoE as a module: shared and routed experts that can be trained. */
@NullMarked
package org.tornadomla.mixture;

import org.jspecify.annotations.NullMarked;
