package org.tornadomla.training;

import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Rows of numbers, as the host and both families of kernels see them: floats and vectors are one memory. A plan has the
 * form that its family takes; a step with the other one is refused as unregistered when the plan is made.
 */
final class Numbers {

    private final int rows;
    private final int stride;
    private final FloatArray floats;
    private final VectorFloat16 vectors;

    /**
     * Makes room, zeros at first.
     *
     * @param what   for messages
     * @param rows   rows
     * @param stride vectors between rows
     */
    Numbers(String what, long rows, long stride) {
        this.floats = Sizes.floats(what, rows * stride * Padding.LANES);
        this.vectors = new VectorFloat16(floats);
        this.rows = (int) rows;
        this.stride = (int) stride;
    }

    /** Rows that there are. */
    int rows() {
        return rows;
    }

    /** Vectors between rows. */
    int stride() {
        return stride;
    }

    /** Floats between rows. */
    int width() {
        return stride * Padding.LANES;
    }

    /** [rows, width] floats. */
    FloatArray floats() {
        return floats;
    }

    /** [rows, stride] vectors. */
    VectorFloat16 vectors() {
        return vectors;
    }
}
