package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Layer norm y = weight (x - mean) r + bias with r = 1 / sqrt(variance + eps), and its gradients. With g = weight dy
 * and n = (x - mean) r: dx = r (g - mean(g) - n mean(g n)), dweight = sum over rows of dy n; dbias is the sum of dy.
 */
public final class LayerNormRows {

    private LayerNormRows() {
    }

    /**
     * Norms rows, one a work-item, and keeps mean and r of each.
     *
     * @param x      [rows, stride] vectors, 0 behind width. Not modified
     * @param weight [vectors] vectors, 0 behind width. Not modified
     * @param bias   [vectors] vectors, 0 behind width. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param width  floats of a row
     * @param stride vectors between rows of x and y
     * @param eps    added to the variance
     * @param kept   [rows, 2] floats, mean and r of each row. Modified
     * @param y      [rows, stride] vectors, 0 behind width. Modified
     */
    public static void forward(VectorFloat16 x, VectorFloat16 weight, VectorFloat16 bias, IntArray sizes, int rowsAt,
            int width, int stride, float eps, FloatArray kept, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            int vectors = (width + 15) / 16;
            int at = row * stride;
            Float16 sum = Lanes.zero();
            for (int v = 0; v < vectors; v++) {
                sum = Float16.add(sum, x.get(at + v));
            }
            float mean = Lanes.sum(sum) / width;
            Float16 squares = Lanes.zero();
            for (int v = 0; v < vectors; v++) {
                Float16 centred = Float16.sub(x.get(at + v), Lanes.splat(mean));
                squares = Float16.add(squares, Float16.mult(centred, centred));
            }
            // What is behind width is 0 - mean, squared: not of the row.
            float variance = (Lanes.sum(squares) - (vectors * 16 - width) * mean * mean) / width;
            float scale = 1f / TornadoMath.sqrt(variance + eps);
            kept.set(2 * row, mean);
            kept.set(2 * row + 1, scale);
            for (int v = 0; v < vectors; v++) {
                Float16 normed = Lanes.times(Float16.sub(x.get(at + v), Lanes.splat(mean)), scale);
                y.set(at + v, Float16.add(Float16.mult(normed, weight.get(v)), bias.get(v)));
            }
            for (int v = vectors; v < stride; v++) {
                y.set(at + v, Lanes.zero());
            }
        }
    }

    /**
     * Gradient of the rows, one a work-item.
     *
     * @param x          [rows, stride] vectors. Not modified
     * @param weight     [vectors] vectors, 0 behind width. Not modified
     * @param kept       [rows, 2] floats, mean and r of each row. Not modified
     * @param dy         [rows, stride] vectors. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param width      floats of a row
     * @param stride     vectors between rows
     * @param accumulate 1 to add to what dx holds
     * @param dx         [rows, stride] vectors. Modified
     */
    public static void input(VectorFloat16 x, VectorFloat16 weight, FloatArray kept, VectorFloat16 dy, IntArray sizes,
            int rowsAt, int width, int stride, int accumulate, VectorFloat16 dx) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            int vectors = (width + 15) / 16;
            int at = row * stride;
            float mean = kept.get(2 * row);
            float scale = kept.get(2 * row + 1);
            Float16 sum = Lanes.zero();
            Float16 products = Lanes.zero();
            for (int v = 0; v < vectors; v++) {
                Float16 g = Float16.mult(dy.get(at + v), weight.get(v));
                Float16 normed = Lanes.times(Float16.sub(x.get(at + v), Lanes.splat(mean)), scale);
                sum = Float16.add(sum, g);
                products = Float16.add(products, Float16.mult(g, normed));
            }
            float level = Lanes.sum(sum) / width;
            float slope = Lanes.sum(products) / width;
            float[] lanes = new float[16];
            for (int v = 0; v < vectors; v++) {
                Float16 g = Float16.mult(dy.get(at + v), weight.get(v));
                Float16 normed = Lanes.times(Float16.sub(x.get(at + v), Lanes.splat(mean)), scale);
                Float16 back = Float16.add(Lanes.times(normed, slope), Lanes.splat(level));
                Lanes.unpack(Lanes.times(Float16.sub(g, back), scale), lanes, 0);
                for (int i = 0; i < 16; i++) {
                    if (v * 16 + i >= width) {
                        lanes[i] = 0f;
                    }
                }
                Rows.put(dx, at + v, Lanes.pack(lanes, 0), accumulate);
            }
        }
    }

    /**
     * Gradient of the weight, sixteen columns a work-item.
     *
     * @param x          [rows, stride] vectors. Not modified
     * @param kept       [rows, 2] floats, mean and r of each row. Not modified
     * @param dy         [rows, stride] vectors, 0 behind width. Not modified
     * @param sizes      the numbers of rows and of column vectors are at rowsAt and vectorsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param vectorsAt  index of the count of column vectors in sizes
     * @param stride     vectors between rows of x and dy
     * @param accumulate 1 to add to what dweight holds
     * @param dweight    [column vectors] vectors. Modified
     */
    public static void weight(VectorFloat16 x, FloatArray kept, VectorFloat16 dy, IntArray sizes, int rowsAt,
            int vectorsAt, int stride, int accumulate, VectorFloat16 dweight) {
        for (@Parallel
        int vector = 0; vector < sizes.get(vectorsAt); vector++) {
            int rows = sizes.get(rowsAt);
            Float16 sum = Lanes.zero();
            for (int row = 0; row < rows; row++) {
                Float16 centred = Float16.sub(x.get(row * stride + vector), Lanes.splat(kept.get(2 * row)));
                Float16 product = Float16.mult(dy.get(row * stride + vector), centred);
                sum = Float16.add(sum, Lanes.times(product, kept.get(2 * row + 1)));
            }
            Rows.put(dweight, vector, sum, accumulate);
        }
    }
}
