package org.tornadomla.blocks;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

import org.tornadomla.tensor.Matrix;

/** Writes the rows of matrices in a number format, some rows at a time, so that a matrix may be larger than memory. */
public final class EncodedRows {

    /** Numbers that are rounded at once. */
    private static final int NUMBERS = 1 << 16;

    private final OutputStream out;
    private final LongConsumer done;
    private long written;

    /**
     * A writer.
     *
     * @param out  where to
     * @param done told from time to time how many bytes are written
     */
    public EncodedRows(OutputStream out, LongConsumer done) {
        this.out = out;
        this.done = done;
    }

    /**
     * Writes all rows of a matrix.
     *
     * @param format divides a row into whole blocks
     * @param rows   the matrix
     * @throws org.tornadomla.error.ConfigurationException when a number is too large for the format
     */
    public void write(BlockEncoder format, Matrix rows) throws IOException {
        int width = rows.columns();
        int most = Math.clamp(NUMBERS / width, 1, Math.max(rows.rows(), 1));
        float[] row = new float[width];
        float[] numbers = new float[most * width];
        byte[] bytes = new byte[Math.toIntExact(format.bytes((long) most * width))];
        for (int first = 0; first < rows.rows(); first += most) {
            int count = Math.min(most, rows.rows() - first);
            for (int i = 0; i < count; i++) {
                rows.read(first + i, row);
                System.arraycopy(row, 0, numbers, i * width, width);
            }
            int size = (int) format.bytes((long) count * width);
            format.encode(numbers, 0, count * width / format.blockLength(), bytes, 0);
            out.write(bytes, 0, size);
            written += size;
            done.accept(written);
        }
    }
}
