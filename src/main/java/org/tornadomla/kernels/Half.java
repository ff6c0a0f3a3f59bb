package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Numbers of 16 bits, IEEE 754: a device has to have them, since it widens them itself. */
public final class Half {

    private Half() {
    }

    /**
     * Sixteen numbers, widened.
     *
     * @param w  numbers. Not modified
     * @param at the first of them
     */
    static Float16 numbers(HalfFloatArray w, int at) {
        return new Float16(w.get(at).getFloat32(), w.get(at + 1).getFloat32(), w.get(at + 2).getFloat32(),
                w.get(at + 3).getFloat32(), w.get(at + 4).getFloat32(), w.get(at + 5).getFloat32(),
                w.get(at + 6).getFloat32(), w.get(at + 7).getFloat32(), w.get(at + 8).getFloat32(),
                w.get(at + 9).getFloat32(), w.get(at + 10).getFloat32(), w.get(at + 11).getFloat32(),
                w.get(at + 12).getFloat32(), w.get(at + 13).getFloat32(), w.get(at + 14).getFloat32(),
                w.get(at + 15).getFloat32());
    }
}
