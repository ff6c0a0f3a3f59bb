package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Writes the keys of a sparse attention's indexer: the layer norm of new tokens' keys, whose front is turned. */
public final class IndexKeys {

    private IndexKeys() {
    }

    /**
     * Writes one row of the indexer's pool a work-item: of a new token, or a copy of another row.
     *
     * @param keys     [context tokens, stride] vectors: keys before their norm. Not modified
     * @param norm     [2, dim] floats: weight and bias of the norm. Not modified
     * @param cosines  [positions, ropeDim/2] floats. Not modified
     * @param sines    [positions, ropeDim/2] floats. Not modified
     * @param step     counts and write records. Not modified
     * @param writesAt where the write records begin in step
     * @param dim      floats of a key
     * @param ropeDim  floats of its front that turn
     * @param stride   vectors between rows of keys
     * @param eps      added to the variance
     * @param layout   pairs that turn together, as {@link Rotary} names them
     * @param pool     [slots, ceil(dim / 16)] vectors. Rows named by the write records are modified
     */
    public static void rows(VectorFloat16 keys, FloatArray norm, FloatArray cosines, FloatArray sines, IntArray step,
            int writesAt, int dim, int ropeDim, int stride, float eps, int layout, VectorFloat16 pool) {
        for (@Parallel
        int i = 0; i < step.get(StepLayout.WRITES); i++) {
            int vectors = (dim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int record = writesAt + i * StepLayout.WRITE_RECORD;
            int to = step.get(record + StepLayout.WRITE_SLOT) * vectors;
            int source = step.get(record + StepLayout.WRITE_SOURCE);
            if (source < 0) {
                int from = (-1 - source) * vectors;
                for (int v = 0; v < vectors; v++) {
                    pool.set(to + v, pool.get(from + v));
                }
            } else {
                float[] plain = new float[((dim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
                float[] turned = new float[((dim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
                for (int v = 0; v < vectors; v++) {
                    Lanes.unpack(keys.get(source * stride + v), plain, v * Lanes.WIDTH);
                }
                float sum = 0f;
                for (int e = 0; e < dim; e++) {
                    sum += plain[e];
                }
                float mean = sum / dim;
                float squares = 0f;
                for (int e = 0; e < dim; e++) {
                    squares += (plain[e] - mean) * (plain[e] - mean);
                }
                float scale = 1f / TornadoMath.sqrt(squares / dim + eps);
                for (int e = 0; e < dim; e++) {
                    plain[e] = (plain[e] - mean) * scale * norm.get(e) + norm.get(dim + e);
                    turned[e] = plain[e];
                }
                int position = step.get(record + StepLayout.WRITE_POSITION);
                Rotary.rotate(plain, cosines, sines, position, ropeDim, ropeDim, layout, turned, 0);
                for (int e = dim; e < vectors * Lanes.WIDTH; e++) {
                    turned[e] = 0f;
                }
                for (int v = 0; v < vectors; v++) {
                    pool.set(to + v, Lanes.pack(turned, v * Lanes.WIDTH));
                }
            }
        }
    }
}
