package org.tornadomla.training;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What turns rows.
 *
 * @param dimension floats that turn, even
 * @param cosines   [positions, dimension/2] floats
 * @param sines     [positions, dimension/2] floats
 * @param positions [rows], the position of each
 */
public record RotaryTables(int dimension, FloatArray cosines, FloatArray sines, IntArray positions) {
}
