package org.tornadomla.layers;

import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Embedding;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.Filling;
import org.tornadomla.weights.RowCopy;
import org.tornadomla.weights.RowTable;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * A table of 32-bit numbers for few cores.
 *
 * @param rows [rows] of vectors, the last of a row padded with zeros
 */
record VectorTable(VectorFloat16 rows) implements RowTable {

    /** Room for a table, which is filled later. */
    static VectorTable of(Matrix table, Filling filling) {
        VectorFloat16 rows = Sizes.vectors("table", (long) table.rows() * Padding.toVectors(table.columns()));
        filling.add((long) table.rows() * table.columns(), () -> Packing.rows(table, table.rows(), i -> i, rows));
        return new VectorTable(rows);
    }

    @Override
    public void register(Buffers buffers, String name) {
        buffers.add(name, Role.WEIGHT, rows);
    }

    @Override
    public void copy(StepList steps, RowCopy c) {
        steps.add(c.name(), c.loop(), Embedding::rows, rows, c.step().array(), c.step().tokensAt(),
                Padding.vectors(c.width()), c.x().stride(), c.x().vectors());
    }
}
