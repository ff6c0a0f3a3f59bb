package org.tornadomla.bundled.jvm;

/** Arithmetic of loop ranges, called by rewritten kernels. */
public final class Ranges {

    private Ranges() {
    }

    /** Iterations of a loop from {@code start} up to {@code bound}, which belongs to it when {@code inclusive} is 1. */
    public static int trips(int start, int bound, int step, int inclusive) {
        long span = (long) bound + inclusive - start;
        return span <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, (span + step - 1) / step);
    }
}
