package org.tornadomla.tensor;

/**
 * Where layers take their weights from, by checkpoint name: an opened checkpoint, or anything else that can give rows.
 * What it gives may read from a file, so the source must stay open while layers are packed.
 */
public interface NamedWeights {

    /**
     * A matrix.
     *
     * @param name checkpoint name of a tensor [rows, columns]
     * @return the matrix, which may be read row by row
     * @throws org.tornadomla.error.MlaException when there is no such tensor
     */
    Matrix matrix(String name);

    /**
     * Reads a weight.
     *
     * @param name checkpoint name
     * @return numbers in row-major order
     * @throws org.tornadomla.error.MlaException when there is no such tensor
     */
    float[] read(String name);

    /**
     * The same source for names that go on behind a prefix.
     *
     * @param prefix what stands before each name, as {@code "model.layers.0."}
     * @return a view of this source
     */
    default NamedWeights under(String prefix) {
        NamedWeights all = this;
        return new NamedWeights() {
            @Override
            public Matrix matrix(String name) {
                return all.matrix(prefix + name);
            }

            @Override
            public float[] read(String name) {
                return all.read(prefix + name);
            }
        };
    }
}
