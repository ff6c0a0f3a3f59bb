package org.tornadomla.tensor;

import java.util.function.IntUnaryOperator;

import org.jspecify.annotations.Nullable;

/** The rows of a weight that neighbouring outputs take, read as they are asked for. For one thread. */
public final class RowBlock {

    private final Matrix weight;
    private final int[] sources;
    private final float[][] buffers;
    private int first;
    private int count;

    /**
     * Room for rows.
     *
     * @param weight for this thread alone
     * @param most   outputs of a block
     */
    RowBlock(Matrix weight, int most) {
        this.weight = weight;
        this.sources = new int[most];
        this.buffers = new float[most][];
    }

    /**
     * Goes to other outputs.
     *
     * @param row the row of the weight that an output takes, or -1 for none
     * @return whether any output has a row
     */
    boolean move(int to, int outputs, IntUnaryOperator row) {
        first = to;
        count = outputs;
        boolean any = false;
        for (int place = 0; place < count; place++) {
            sources[place] = row.applyAsInt(first + place);
            any |= sources[place] >= 0;
        }
        return any;
    }

    /** Number of the first output. */
    public int first() {
        return first;
    }

    /** How many outputs there are. */
    public int count() {
        return count;
    }

    /** Numbers of a row. */
    public int columns() {
        return weight.columns();
    }

    /** Whether an output has a row; the weights of others are 0. */
    public boolean has(int place) {
        return sources[place] >= 0;
    }

    /**
     * The numbers of an output that has a row.
     *
     * @return [columns], reused for the output at the same place of another block
     */
    public float[] numbers(int place) {
        if (buffers[place] == null) {
            buffers[place] = new float[columns()];
        }
        weight.read(sources[place], buffers[place]);
        return buffers[place];
    }

    /**
     * The row of an output as it is stored.
     *
     * @param format name of the format
     * @return null where it is not stored in that format
     */
    public @Nullable BlockRow stored(int place, String format) {
        return BlockMatrix.blocks(weight, sources[place], format);
    }
}
