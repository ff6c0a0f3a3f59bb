package org.tornadomla.benchmarks;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Kernels that do nothing but move memory or compute. Their bounds come from an array, since TornadoVM takes a grid's
 * size for a bound that is a parameter.
 */
final class RooflineKernels {

    /** Vectors that a work-item copies or sums. */
    static final int CHUNK = 4096;
    /** Multiply-adds of 16 lanes that a pass of {@link #arithmetic} does. */
    static final int MULTIPLY_ADDS = 8;

    private RooflineKernels() {
    }

    /**
     * Copies vectors.
     *
     * @param from  [chunks, CHUNK] vectors. Not modified
     * @param count the number of chunks. Not modified
     * @param to    [chunks, CHUNK] vectors. Modified
     */
    static void copy(VectorFloat16 from, IntArray count, VectorFloat16 to) {
        for (@Parallel
        int chunk = 0; chunk < count.get(0); chunk++) {
            for (int i = 0; i < CHUNK; i++) {
                to.set(chunk * CHUNK + i, from.get(chunk * CHUNK + i));
            }
        }
    }

    /**
     * Sums vectors, four at a time so that additions do not wait for each other.
     *
     * @param from  [chunks, CHUNK] vectors. Not modified
     * @param count the number of chunks. Not modified
     * @param sums  [chunks] vectors. Modified
     */
    static void sum(VectorFloat16 from, IntArray count, VectorFloat16 sums) {
        for (@Parallel
        int chunk = 0; chunk < count.get(0); chunk++) {
            Float16 a = from.get(chunk * CHUNK);
            Float16 b = from.get(chunk * CHUNK + 1);
            Float16 c = from.get(chunk * CHUNK + 2);
            Float16 d = from.get(chunk * CHUNK + 3);
            for (int i = 4; i < CHUNK; i += 4) {
                a = Float16.add(a, from.get(chunk * CHUNK + i));
                b = Float16.add(b, from.get(chunk * CHUNK + i + 1));
                c = Float16.add(c, from.get(chunk * CHUNK + i + 2));
                d = Float16.add(d, from.get(chunk * CHUNK + i + 3));
            }
            sums.set(chunk, Float16.add(Float16.add(a, b), Float16.add(c, d)));
        }
    }

    /**
     * Eight independent chains of multiply-adds in registers.
     *
     * @param factors two vectors. Not modified
     * @param passes  length of the chains
     * @param count   the number of work-items. Not modified
     * @param sums    [items] vectors. Modified
     */
    static void arithmetic(VectorFloat16 factors, int passes, IntArray count, VectorFloat16 sums) {
        for (@Parallel
        int item = 0; item < count.get(0); item++) {
            Float16 x = factors.get(0);
            Float16 y = factors.get(1);
            Float16 a = factors.get(0);
            Float16 b = factors.get(0);
            Float16 c = factors.get(0);
            Float16 d = factors.get(0);
            Float16 e = factors.get(0);
            Float16 f = factors.get(0);
            Float16 g = factors.get(0);
            Float16 h = factors.get(0);
            for (int i = 0; i < passes; i++) {
                a = Float16.add(Float16.mult(a, y), x);
                b = Float16.add(Float16.mult(b, y), x);
                c = Float16.add(Float16.mult(c, y), x);
                d = Float16.add(Float16.mult(d, y), x);
                e = Float16.add(Float16.mult(e, y), x);
                f = Float16.add(Float16.mult(f, y), x);
                g = Float16.add(Float16.mult(g, y), x);
                h = Float16.add(Float16.mult(h, y), x);
            }
            Float16 low = Float16.add(Float16.add(a, b), Float16.add(c, d));
            Float16 high = Float16.add(Float16.add(e, f), Float16.add(g, h));
            sums.set(item, Float16.add(low, high));
        }
    }
}
