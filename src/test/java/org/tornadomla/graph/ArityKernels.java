package org.tornadomla.graph;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Methods of every number of parameters that a step may have: each writes what it is given behind one another. */
final class ArityKernels {

    private ArityKernels() {
    }

    private static void write(IntArray out, int... given) {
        for (int i = 0; i < given.length; i++) {
            out.set(i, given[i]);
        }
    }

    /** Where the only work-item of a group of one stands, and whether it can be alone there. */
    static void place(KernelContext context, IntArray out, int a, int b, int c) {
        int[] ints = context.allocateIntLocalArray(a);
        float[] floats = context.allocateFloatLocalArray(b);
        context.localBarrier();
        context.globalBarrier();
        write(out, context.globalIdx, context.groupIdx, context.localIdx, context.globalGroupSizeX,
                context.localGroupSizeX, ints.length, floats.length, c);
    }

    static void of5(IntArray out, int a2, int a3, int a4, int a5) {
        write(out, a2, a3, a4, a5);
    }

    static void of6(IntArray out, int a2, int a3, int a4, int a5, int a6) {
        write(out, a2, a3, a4, a5, a6);
    }

    static void of7(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7) {
        write(out, a2, a3, a4, a5, a6, a7);
    }

    static void of8(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8) {
        write(out, a2, a3, a4, a5, a6, a7, a8);
    }

    static void of9(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9);
    }

    static void of10(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10);
    }

    static void of11(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
    }

    static void of12(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
    }

    static void of13(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
    }

    static void of14(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13, int a14) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
    }

    static void of15(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13, int a14, int a15) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15);
    }

    static void of16(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13, int a14, int a15, int a16) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16);
    }

    static void of17(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13, int a14, int a15, int a16, int a17) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17);
    }

    static void of18(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13, int a14, int a15, int a16, int a17, int a18) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18);
    }

    static void of19(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13, int a14, int a15, int a16, int a17, int a18, int a19) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19);
    }

    static void of20(IntArray out, int a2, int a3, int a4, int a5, int a6, int a7, int a8, int a9, int a10, int a11,
            int a12, int a13, int a14, int a15, int a16, int a17, int a18, int a19, int a20) {
        write(out, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20);
    }
}
