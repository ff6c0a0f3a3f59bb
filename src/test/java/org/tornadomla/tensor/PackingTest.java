package org.tornadomla.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Packing on several cores: every number is in its place, and a matrix that reads through a buffer is read by one
 * thread.
 */
class PackingTest {

    private static final int ROWS = 5_000;
    private static final int COLUMNS = 300;
    private static final int BLOCK = 64;

    /** Row r holds r * COLUMNS + column, exact in 32 bits; one reader belongs to the thread that uses it first. */
    private record Counting(AtomicReference<Thread> user) implements Matrix {

        @Override
        public int rows() {
            return ROWS;
        }

        @Override
        public int columns() {
            return COLUMNS;
        }

        @Override
        public void read(int row, float[] target) {
            user.compareAndSet(null, Thread.currentThread());
            assertSame(user.get(), Thread.currentThread());
            for (int column = 0; column < COLUMNS; column++) {
                target[column] = row * COLUMNS + column;
            }
        }

        @Override
        public Matrix reader() {
            return new Counting(new AtomicReference<>());
        }
    }

    private static final Matrix MATRIX = new Counting(new AtomicReference<>());

    /** Outputs in reverse, every third without a row, the last block not full. */
    @Test
    void columnsOfALargeMatrix() {
        int outputs = ROWS - 5;
        FloatArray packed = Packing.columns(MATRIX, outputs, BLOCK, PackingTest::source).getArray();
        assertEquals(Padding.toMultiple(outputs, BLOCK) * COLUMNS, packed.getSize());
        for (int i = 0; i < packed.getSize(); i++) {
            int output = i / (BLOCK * COLUMNS) * BLOCK + i % BLOCK;
            int source = output < outputs ? source(output) : -1;
            assertEquals(source < 0 ? 0 : source * COLUMNS + i / BLOCK % COLUMNS, packed.get(i));
        }
    }

    private static int source(int output) {
        return output % 3 == 0 ? -1 : ROWS - 1 - output;
    }

    @Test
    void rowsOfALargeMatrixAndOfMatricesMadeOfIt() {
        Matrix made = Matrices.stacked(Matrices.part(MATRIX, 1_000, 2_000, 10, 250),
                Matrices.part(MATRIX, 0, 3_000, 50, 250));
        FloatArray packed = Packing.rows(made, made.rows(), row -> row).getArray();
        int padded = Padding.toVectors(250);
        for (int row = 0; row < made.rows(); row++) {
            int first = row < 2_000 ? (1_000 + row) * COLUMNS + 10 : (row - 2_000) * COLUMNS + 50;
            for (int column = 0; column < 250; column++) {
                assertEquals(first + column, packed.get(row * padded + column));
            }
        }
    }

    @Test
    void whatAReaderThrowsIsThrown() {
        IllegalStateException thrown = assertThrows(IllegalStateException.class,
                () -> Packing.eachRow(MATRIX, ROWS, 1, row -> row, (output, row) -> {
                    if (output == ROWS - 1) {
                        throw new IllegalStateException("row " + output);
                    }
                }));
        assertEquals("row 4999", thrown.getMessage());
    }
}
