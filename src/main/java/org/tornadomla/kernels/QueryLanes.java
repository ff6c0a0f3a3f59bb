package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Rotates queries and puts sixteen rows into the lanes of vectors, one vector an element, as the attention kernels read
 * them. Lanes without a row of their own take the last row's numbers.
 */
public final class QueryLanes {

    private QueryLanes() {
    }

    /**
     * Lanes of sixteen heads of one token, for absorbed attention: a group of heads a work-item.
     *
     * @param absorbed      [tokens, heads, latentVectors + ropeVectors] vectors: the query in the latent space, scaled;
     *                          the rotary part is not read. Not modified
     * @param q             [tokens, qStride] vectors, a row of heads of [nopeVectors | ropeVectors]. Not modified
     * @param cosines       [positions, ropeDim/2] floats. Not modified
     * @param sines         [positions, ropeDim/2] floats. Not modified
     * @param step          counts and token records. Not modified
     * @param tokensAt      where the token records begin in step
     * @param heads         number of heads
     * @param latentVectors vectors of a latent
     * @param nopeVectors   vectors of a head's part without position
     * @param ropeDim       elements that are rotated
     * @param qStride       vectors between rows of q
     * @param scale         factor on the rotated part: the softmax scale
     * @param layout        the rotary layout
     * @param lanes         [tokens, groups, 16 (latentVectors + ropeVectors)] vectors. Modified
     */
    public static void heads(VectorFloat16 absorbed, VectorFloat16 q, FloatArray cosines, FloatArray sines,
            IntArray step, int tokensAt, int heads, int latentVectors, int nopeVectors, int ropeDim, int qStride,
            float scale, int layout, VectorFloat16 lanes) {
        for (@Parallel
        int unit = 0; unit < step.get(StepLayout.HEAD_GROUPS); unit++) {
            int groups = (heads + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int token = unit / groups;
            int first = (unit - token * groups) * Lanes.WIDTH;
            int ropeVectors = (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int rowVectors = latentVectors + ropeVectors;
            int position = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION);
            float[] tile = new float[Lanes.WIDTH * Lanes.WIDTH];
            for (int v = 0; v < latentVectors; v++) {
                for (int i = 0; i < Lanes.WIDTH; i++) {
                    int head = Math.min(first + i, heads - 1);
                    Lanes.unpack(absorbed.get((token * heads + head) * rowVectors + v), tile, i * Lanes.WIDTH);
                }
                columns(tile, 0, Lanes.WIDTH, lanes, (unit * rowVectors + v) * Lanes.WIDTH);
            }
            float[] plain = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
            float[] rotated = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH * Lanes.WIDTH];
            for (int i = 0; i < Lanes.WIDTH; i++) {
                int head = Math.min(first + i, heads - 1);
                rotate(q, token * qStride + head * (nopeVectors + ropeVectors) + nopeVectors, cosines, sines, position,
                        ropeDim, scale, layout, plain, rotated, i * ropeVectors * Lanes.WIDTH);
            }
            for (int v = 0; v < ropeVectors; v++) {
                columns(rotated, v * Lanes.WIDTH, ropeVectors * Lanes.WIDTH, lanes,
                        (unit * rowVectors + latentVectors + v) * Lanes.WIDTH);
            }
        }
    }

    /**
     * Lanes of the tokens of a tile, for expanded attention: one head a work-item.
     *
     * @param q           [tokens, qStride] vectors, a row of heads of [nopeVectors | ropeVectors]. Not modified
     * @param cosines     [positions, ropeDim/2] floats. Not modified
     * @param sines       [positions, ropeDim/2] floats. Not modified
     * @param step        counts, token and tile records. Not modified
     * @param tokensAt    where the token records begin in step
     * @param tilesAt     where the tile records begin in step
     * @param heads       number of heads
     * @param nopeVectors vectors of a head's part without position
     * @param ropeDim     elements that are rotated
     * @param qStride     vectors between rows of q
     * @param scale       factor on everything written: the softmax scale
     * @param layout      the rotary layout
     * @param lanes       [heads, tiles, 16 (nopeVectors + ropeVectors)] vectors. Modified
     */
    public static void tokens(VectorFloat16 q, FloatArray cosines, FloatArray sines, IntArray step, int tokensAt,
            int tilesAt, int heads, int nopeVectors, int ropeDim, int qStride, float scale, int layout,
            VectorFloat16 lanes) {
        for (@Parallel
        int unit = 0; unit < step.get(StepLayout.TILE_UNITS); unit++) {
            int tiles = step.get(StepLayout.TILE_UNITS) / heads;
            int head = unit / tiles;
            int tile = unit - head * tiles;
            int first = step.get(tilesAt + tile * StepLayout.TILE_RECORD + StepLayout.TILE_TOKEN);
            int count = step.get(tilesAt + tile * StepLayout.TILE_RECORD + StepLayout.TILE_COUNT);
            int ropeVectors = (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int headVectors = nopeVectors + ropeVectors;
            float[] square = new float[Lanes.WIDTH * Lanes.WIDTH];
            for (int v = 0; v < nopeVectors; v++) {
                for (int i = 0; i < Lanes.WIDTH; i++) {
                    int token = first + Math.min(i, count - 1);
                    Lanes.unpack(Lanes.times(q.get(token * qStride + head * headVectors + v), scale), square,
                            i * Lanes.WIDTH);
                }
                columns(square, 0, Lanes.WIDTH, lanes, (unit * headVectors + v) * Lanes.WIDTH);
            }
            float[] plain = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH];
            float[] rotated = new float[((ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH) * Lanes.WIDTH * Lanes.WIDTH];
            for (int i = 0; i < Lanes.WIDTH; i++) {
                int token = first + Math.min(i, count - 1);
                int position = step.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION);
                rotate(q, token * qStride + head * headVectors + nopeVectors, cosines, sines, position, ropeDim, scale,
                        layout, plain, rotated, i * ropeVectors * Lanes.WIDTH);
            }
            for (int v = 0; v < ropeVectors; v++) {
                columns(rotated, v * Lanes.WIDTH, ropeVectors * Lanes.WIDTH, lanes,
                        (unit * headVectors + nopeVectors + v) * Lanes.WIDTH);
            }
        }
    }

    /** Writes sixteen elements of sixteen rows in private memory, a vector an element. */
    private static void columns(float[] rows, int at, int stride, VectorFloat16 lanes, int to) {
        for (int i = 0; i < Lanes.WIDTH; i++) {
            lanes.set(to + i, Lanes.column(rows, at + i, stride));
        }
    }

    /** Rotates the vectors of q from {@code from} on, scaled, to {@code rotated[to ..]}. */
    private static void rotate(VectorFloat16 q, int from, FloatArray cosines, FloatArray sines, int position,
            int ropeDim, float scale, int layout, float[] plain, float[] rotated, int to) {
        int ropeVectors = (ropeDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
        for (int v = 0; v < ropeVectors; v++) {
            Lanes.unpack(Lanes.times(q.get(from + v), scale), plain, v * Lanes.WIDTH);
        }
        Rotary.rotate(plain, cosines, sines, position, ropeDim, ropeVectors * Lanes.WIDTH, layout, rotated, to);
    }
}
