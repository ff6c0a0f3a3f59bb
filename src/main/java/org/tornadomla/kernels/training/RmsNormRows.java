package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Root-mean-square norm y = factor weight x r with r = 1 / sqrt(mean(x^2) + eps), and its gradients. With g = factor
 * weight dy: dx = r g - x r^3 mean(g x), and dweight = factor sum over rows of dy x r.
 */
public final class RmsNormRows {

    private RmsNormRows() {
    }

    /**
     * Norms rows, one a work-item, and keeps r of each.
     *
     * @param x      [rows, stride] vectors, 0 behind width. Not modified
     * @param weight [vectors] vectors, 0 behind width. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param width  floats of a row
     * @param stride vectors between rows of x and y
     * @param eps    added to the mean square
     * @param factor on every result
     * @param scales [rows] floats, r of each row. Modified
     * @param y      [rows, stride] vectors, 0 behind width. Modified
     */
    public static void forward(VectorFloat16 x, VectorFloat16 weight, IntArray sizes, int rowsAt, int width, int stride,
            float eps, float factor, FloatArray scales, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            int vectors = (width + 15) / 16;
            int at = row * stride;
            float scale = 1f / TornadoMath.sqrt(Rows.dot(x, at, x, at, vectors) / width + eps);
            scales.set(row, scale);
            for (int v = 0; v < vectors; v++) {
                y.set(at + v, Float16.mult(Lanes.times(x.get(at + v), scale * factor), weight.get(v)));
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
     * @param scales     [rows] floats, r of each row. Not modified
     * @param dy         [rows, stride] vectors. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param width      floats of a row
     * @param stride     vectors between rows of x, dy and dx
     * @param factor     on every result of the norm
     * @param accumulate 1 to add to what dx holds
     * @param dx         [rows, stride] vectors. Modified
     */
    public static void input(VectorFloat16 x, VectorFloat16 weight, FloatArray scales, VectorFloat16 dy, IntArray sizes,
            int rowsAt, int width, int stride, float factor, int accumulate, VectorFloat16 dx) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            int vectors = (width + 15) / 16;
            int at = row * stride;
            float scale = scales.get(row);
            Float16 products = Lanes.zero();
            for (int v = 0; v < vectors; v++) {
                Float16 g = Float16.mult(dy.get(at + v), weight.get(v));
                products = Float16.add(products, Float16.mult(g, x.get(at + v)));
            }
            float back = Lanes.sum(products) * factor * scale * scale * scale / width;
            for (int v = 0; v < vectors; v++) {
                Float16 g = Lanes.times(Float16.mult(dy.get(at + v), weight.get(v)), factor * scale);
                Rows.put(dx, at + v, Float16.sub(g, Lanes.times(x.get(at + v), back)), accumulate);
            }
        }
    }

    /**
     * Gradient of the weight, sixteen columns a work-item.
     *
     * @param x          [rows, stride] vectors. Not modified
     * @param scales     [rows] floats, r of each row. Not modified
     * @param dy         [rows, stride] vectors. Not modified
     * @param sizes      the numbers of rows and of column vectors are at rowsAt and vectorsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param vectorsAt  index of the count of column vectors in sizes
     * @param stride     vectors between rows of x and dy
     * @param factor     on every result of the norm
     * @param accumulate 1 to add to what dweight holds
     * @param dweight    [column vectors] vectors. Modified
     */
    public static void weight(VectorFloat16 x, FloatArray scales, VectorFloat16 dy, IntArray sizes, int rowsAt,
            int vectorsAt, int stride, float factor, int accumulate, VectorFloat16 dweight) {
        for (@Parallel
        int vector = 0; vector < sizes.get(vectorsAt); vector++) {
            int rows = sizes.get(rowsAt);
            Float16 sum = Lanes.zero();
            for (int row = 0; row < rows; row++) {
                Float16 product = Float16.mult(dy.get(row * stride + vector), x.get(row * stride + vector));
                sum = Float16.add(sum, Lanes.times(product, scales.get(row) * factor));
            }
            Rows.put(dweight, vector, sum, accumulate);
        }
    }
}
