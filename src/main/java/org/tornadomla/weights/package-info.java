/**
 * The weights of matrix products on a device: number formats, each with its layouts and the steps that multiply with
 * it, and what packs published weights into them.
 */
@NullMarked
package org.tornadomla.weights;

import org.jspecify.annotations.NullMarked;
