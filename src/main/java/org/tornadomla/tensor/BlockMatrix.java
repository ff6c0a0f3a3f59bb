package org.tornadomla.tensor;

import org.jspecify.annotations.Nullable;

/** A matrix that may be stored in blocks of numbers with scales of their own, and gives rows of it as they are. */
public interface BlockMatrix extends Matrix {

    /**
     * A row as it is stored, for those who take a block format as it stands.
     *
     * @param row    0 to rows()-1
     * @param format name of the block format
     * @return null where the row is not stored in that format
     */
    @Nullable
    BlockRow blocks(int row, String format);

    /** The same of any matrix: null too where it knows of no blocks. */
    static @Nullable BlockRow blocks(Matrix matrix, int row, String format) {
        return matrix instanceof BlockMatrix stored ? stored.blocks(row, format) : null;
    }
}
