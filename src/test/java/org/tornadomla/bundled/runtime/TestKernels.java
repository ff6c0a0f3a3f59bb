package org.tornadomla.bundled.runtime;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Small kernels that show one behaviour each. */
final class TestKernels {

    private TestKernels() {
    }

    /** y = x + value; y is written only, and not in an if. */
    static void addTo(FloatArray x, float value, FloatArray y) {
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            y.set(i, x.get(i) + value);
        }
    }

    /** x = x + 1. */
    static void increment(FloatArray x) {
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            x.set(i, x.get(i) + 1);
        }
    }

    /** Writes element 0 of y only, not in an if: the rest of y is never uploaded. */
    static void writeFirst(FloatArray x, FloatArray y) {
        y.set(0, x.get(0));
    }

    /** Writes element 0 of y only, in an if: y is uploaded. */
    static void writeFirstGuarded(FloatArray x, FloatArray y) {
        if (x.getSize() > 0) {
            y.set(0, x.get(0));
        }
    }

    /** Row {@code at[0]} of a log gets the value. */
    static void append(FloatArray value, IntArray at, FloatArray log) {
        for (@Parallel
        int i = 0; i < value.getSize(); i++) {
            if (at.get(0) >= 0) {
                log.set(at.get(0) * value.getSize() + i, value.get(i));
            }
        }
    }

    /** y[i] = 1 + global index, for i below the size. */
    static void indices(KernelContext context, FloatArray y) {
        if (context.globalIdx < y.getSize()) {
            y.set(context.globalIdx, 1 + context.globalIdx);
        }
    }

    /** y = x[index]. */
    static void pick(FloatArray x, int index, FloatArray y) {
        y.set(0, x.get(index));
    }

    /** y = x, with the written array first. */
    static void copyBack(FloatArray y, FloatArray x) {
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            y.set(i, x.get(i));
        }
    }

    /** y = x, vector by vector. */
    static void copyVectors(VectorFloat16 x, VectorFloat16 y) {
        for (@Parallel
        int i = 0; i < x.getLength(); i++) {
            y.set(i, Float16.add(x.get(i), 0f));
        }
    }

    /** y[0] = 1 if the flag says so. */
    static void flagged(boolean flag, FloatArray y) {
        y.set(0, flag ? 1 : 0);
    }
}
