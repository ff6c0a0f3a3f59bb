package org.tornadomla.weights;

import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * Numbers of fewer than 32 bits in vectors of ints: a vector holds as many runs of {@link Padding#LANES} numbers as an
 * int has numbers, the first run in the lowest bits.
 *
 * @param vectors the ints
 * @param packed  numbers of an int
 */
record IntLanes(VectorInt16 vectors, int packed) {

    /** Room for some numbers, all 0. */
    static IntLanes allocate(long numbers, int packed) {
        return new IntLanes(new VectorInt16(new IntArray(Math.toIntExact(numbers / packed))), packed);
    }

    /** Puts a number where zero is, as if each had an element of its own. */
    void put(int index, int number) {
        IntArray ints = vectors.getArray();
        ints.set(place(index), ints.get(place(index)) | (number & mask()) << shift(index));
    }

    /** Puts 16-bit numbers of a block of outputs, null for zeros; the first stands at {@code index}. */
    void put(int index, short[][] rows, int count) {
        LaneColumns.put(vectors.getArray(), index, rows, count);
    }

    /** Puts numbers of 8 or 4 bits of a block of outputs, null for zeros; the first stands at {@code index}. */
    void put(int index, byte[][] rows, int count) {
        LaneColumns.put(vectors.getArray(), packed, index, rows, count);
    }

    /** A number with its sign. */
    int get(int index) {
        int unused = Integer.SIZE - bits();
        return vectors.getArray().get(place(index)) << unused - shift(index) >> unused;
    }

    /** Fills all. */
    void fill(SplittableRandom random, ToIntFunction<SplittableRandom> number) {
        IntArray ints = vectors.getArray();
        for (int i = 0; i < ints.getSize(); i++) {
            int all = 0;
            for (int j = 0; j < packed; j++) {
                all = all << bits() | number.applyAsInt(random) & mask();
            }
            ints.set(i, all);
        }
    }

    private int bits() {
        return Integer.SIZE / packed;
    }

    private int mask() {
        return -1 >>> Integer.SIZE - bits();
    }

    private int place(int index) {
        return index / (Padding.LANES * packed) * Padding.LANES + index % Padding.LANES;
    }

    private int shift(int index) {
        return index / Padding.LANES % packed * bits();
    }
}
