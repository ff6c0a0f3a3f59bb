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
     * An element of a vector after its rotation. Its parts stand below once more, for vectors in local memory; made of
     * them, it would be too large for TornadoVM to inline where it is used.
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

    /** Whether an element is the second of its pair: 1, else 0. */
    private static int second(int ropeDim, int layout, int element) {
        int second = element % 2;
        if (layout != Rotary.NEIGHBOURS) {
            second = element / (ropeDim / 2);
        }
        return second;
    }

    /** Number of an element's pair. */
    private static int pair(int ropeDim, int layout, int element) {
        int pair = element / 2;
        if (layout != Rotary.NEIGHBOURS) {
            pair = element % (ropeDim / 2);
        }
        return pair;
    }

    /** Where the first or second of a pair stands before the rotation. */
    private static int source(int ropeDim, int layout, int pair, int second) {
        int source = 2 * pair + second;
        if (layout == Rotary.HALVES) {
            source = pair + second * (ropeDim / 2);
        }
        return source;
    }

    /** Where the number stands that an element is made of. */
    static int own(int ropeDim, int layout, int element) {
        return source(ropeDim, layout, pair(ropeDim, layout, element), second(ropeDim, layout, element));
    }

    /** Where the other number of its pair stands. */
    static int other(int ropeDim, int layout, int element) {
        return source(ropeDim, layout, pair(ropeDim, layout, element), 1 - second(ropeDim, layout, element));
    }

    /** What an element's own number is multiplied with. */
    static float cosine(FloatArray angles, int position, int ropeDim, int layout, int element) {
        return angles.get(position * ropeDim + pair(ropeDim, layout, element));
    }

    /** What the other number is multiplied with; negative for the first of a pair. */
    static float sine(FloatArray angles, int position, int ropeDim, int layout, int element) {
        // No choice between floats by a number: TornadoVM's SPIR-V takes the type of a condition from what it chooses.
        float sign = 2 * second(ropeDim, layout, element) - 1;
        return sign * angles.get(position * ropeDim + ropeDim / 2 + pair(ropeDim, layout, element));
    }
}
