package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Single elements of a rotated vector, for kernels whose work-items take neighbouring elements. The layouts are those
 * of {@link Rotary}; cosines and sines stand in one table, [positions, ropeDim]: ropeDim/2 cosines of a position, then
 * its sines.
 */
final class Turns {

    private Turns() {
    }

    /**
     * An element of a vector after its rotation.
     *
     * @param x        holds the vector. Not modified
     * @param at       its first element
     * @param angles   cosines and sines. Not modified
     * @param position position of the rotation
     * @param ropeDim  elements of the vector
     * @param layout   which elements form a pair, and where they go
     * @param element  which one, 0 to ropeDim - 1
     */
    static float element(FloatArray x, int at, FloatArray angles, int position, int ropeDim, int layout, int element) {
        int half = ropeDim / 2;
        int pair = element / 2;
        int second = element - 2 * pair;
        if (layout != Rotary.NEIGHBOURS) {
            second = element / half;
            pair = element - second * half;
        }
        int firstAt = 2 * pair;
        int secondAt = 2 * pair + 1;
        if (layout == Rotary.HALVES) {
            firstAt = pair;
            secondAt = pair + half;
        }
        float cosine = angles.get(position * ropeDim + pair);
        float sine = angles.get(position * ropeDim + half + pair);
        // No choice between floats by a number: TornadoVM's SPIR-V takes the type of a condition from what it chooses.
        int own = firstAt + second * (secondAt - firstAt);
        int other = firstAt + secondAt - own;
        float sign = 2 * second - 1;
        return x.get(at + own) * cosine + sign * (x.get(at + other) * sine);
    }
}
