package org.tornadomla.gguf;

import java.util.Objects;
import org.tornadomla.tensor.Matrix;

/**
 * The rows of {@code kv_b_proj} that make one head's keys, with rows and columns exchanged: [latent, nope], as
 * {@code attn_k_b} holds them.
 */
final class HeadKeys implements Matrix {

    private final Matrix projection;
    private final int firstRow;
    private final int nope;
    private float[][] rows;

    /**
     * @param projection {@code kv_b_proj} [heads (nope + v), latent]
     * @param firstRow   the head's first row
     * @param nope       its rows for keys
     */
    HeadKeys(Matrix projection, int firstRow, int nope) {
        this.projection = projection;
        this.firstRow = firstRow;
        this.nope = nope;
    }

    @Override
    public int rows() {
        return projection.columns();
    }

    @Override
    public int columns() {
        return nope;
    }

    @Override
    public void read(int row, float[] target) {
        Objects.checkIndex(row, rows());
        if (rows == null) {
            rows = new float[nope][projection.columns()];
            for (int i = 0; i < nope; i++) {
                projection.read(firstRow + i, rows[i]);
            }
        }
        for (int i = 0; i < nope; i++) {
            target[i] = rows[i][row];
        }
    }
}
