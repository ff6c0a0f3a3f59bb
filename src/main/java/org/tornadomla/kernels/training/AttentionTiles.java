package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What the kernels of attention for many cores have in common, inlined into them: they work on tiles of 32 queries by
 * 32 keys of a head. A work-item has a cell of eight of a tile's rows and one column, so that there are as many cells
 * as a group may have work-items; with fewer they come again, and results do not depend on how many there are.
 */
final class AttentionTiles {

    /** Rows of a tile, and its columns. */
    static final int TILE = 32;
    /** Floats between rows of a tile in local memory: odd, so that a column's numbers lie in different banks. */
    static final int PITCH = TILE + 1;
    /** Floats of a tile in local memory. */
    static final int SIZE = TILE * PITCH;
    /** Rows of a cell. */
    static final int ROWS = 8;
    /** Cells of a tile. */
    static final int CELLS = TILE * TILE / ROWS;
    /** Scores of queries with keys. */
    static final int SCORES = 0;
    /** Products of gradients of results with values. */
    static final int PRODUCTS = 1;

    private AttentionTiles() {
    }

    /** Tiles that the rows of all sequences are divided into; none goes from one sequence to the next. */
    static int tiles(int rows, int each) {
        return Groups.quotient(rows, each) * ((each + TILE - 1) / TILE);
    }

    /** The first row of a tile. */
    static int first(int tile, int each) {
        int tall = (each + TILE - 1) / TILE;
        int sequence = Groups.quotient(tile, tall);
        return sequence * each + (tile - sequence * tall) * TILE;
    }

    /** One past the last row of a tile: the sequence may end before it is full. */
    static int end(int tile, int each) {
        int tall = (each + TILE - 1) / TILE;
        int sequence = Groups.quotient(tile, tall);
        return Math.min(sequence * each + (tile - sequence * tall + 1) * TILE, (sequence + 1) * each);
    }

    /** A number of a head's query, or of the gradient of its result; 0 outside of them. */
    static float ofQuery(FloatArray q, FloatArray dO, int which, int row, int end, int place, int width, int queryAt,
            int resultAt) {
        float value = 0f;
        if (row < end) {
            if (place < width) {
                if (which == SCORES) {
                    value = q.get(queryAt + place);
                } else {
                    value = dO.get(resultAt + place);
                }
            }
        }
        return value;
    }

    /** A number of a head's key: its content, then the rotary part that heads share; 0 outside of it. */
    static float ofKey(FloatArray kv, FloatArray kr, int row, int end, int place, int content, int width, int keyAt,
            int ropeAt) {
        float value = 0f;
        if (row < end) {
            if (place < content) {
                value = kv.get(keyAt + place);
            } else if (place < width) {
                value = kr.get(ropeAt + place - content);
            }
        }
        return value;
    }

    /** At least 0 where a query sees a key. */
    static int sees(IntArray spans, int row, int key) {
        return Math.min(key - spans.get(2 * row), spans.get(2 * row + 1) - 1 - key);
    }

    /** Writes a number of a row, if there is such, or adds it to what stands there. */
    static void put(FloatArray y, int row, int end, int at, float value, int add) {
        if (row < end) {
            Cells.put(y, at, value, add);
        }
    }

    /** Multiplies what stands in a row, if there is such, and adds to it; or begins it. */
    static void mix(FloatArray y, int row, int end, int at, float factor, float value, int begins) {
        if (row < end) {
            if (begins == 1) {
                y.set(at, value);
            } else {
                y.set(at, y.get(at) * factor + value);
            }
        }
    }

    /**
     * Zeroes a number of a key's gradient, if there is such a key, unless it is added to; a head's rotary part always.
     */
    static void beginKey(FloatArray dkv, FloatArray dkr, int row, int end, int column, int content, int width,
            int keyAt, int ropeAt, int accumulate) {
        if (row < end) {
            if (column < content) {
                Cells.clear(dkv, keyAt + column, keyAt + column + 1, 1, accumulate);
            } else if (column < width) {
                dkr.set(ropeAt + column - content, 0f);
            } else {
                Cells.clear(dkv, keyAt + content + column - width, keyAt + content + column - width + 1, 1, accumulate);
            }
        }
    }

    /** Adds to a number of a key's gradient, if there is such a key: content, rotary part, value. */
    static void addKey(FloatArray dkv, FloatArray dkr, int row, int end, int column, int content, int width, int keyAt,
            int ropeAt, float value) {
        if (row < end) {
            if (column < content) {
                Cells.put(dkv, keyAt + column, value, 1);
            } else if (column < width) {
                Cells.put(dkr, ropeAt + column - content, value, 1);
            } else {
                Cells.put(dkv, keyAt + content + column - width, value, 1);
            }
        }
    }
}
