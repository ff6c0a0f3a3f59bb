package org.tornadomla.training;

import org.jspecify.annotations.Nullable;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Rows of floats on the device, and room for their gradient where one is wanted. Rows are vectors, their number a
 * multiple of 16; what is behind the numbers of a row is 0.
 */
public final class Tensor {

    /** What becomes of a tensor outside of the device. */
    enum Use {
        /** The host gives the values, and may want the gradient. */
        INPUT(Role.INPUT, Role.STATE),
        /** The device keeps values and gradient from one execution to the next; the host reads both. */
        PARAMETER(Role.STATE, Role.STATE),
        /** What stands between operations. */
        VALUE(Role.SCRATCH, Role.SCRATCH),
        /** The host reads the values; the gradient is computed. */
        READ(Role.STATE, Role.SCRATCH),
        /** The host reads the values, and gives the gradient. */
        RESULT(Role.STATE, Role.INPUT);

        private final Role values;
        private final Role gradient;

        Use(Role values, Role gradient) {
            this.values = values;
            this.gradient = gradient;
        }
    }

    private final String name;
    private final int rows;
    private final Places columns;
    private final VectorFloat16 values;
    private final @Nullable VectorFloat16 gradient;
    private Use use;
    private boolean started;

    /**
     * Makes room.
     *
     * @param rows   padded rows
     * @param wanted whether anything wants the gradient
     */
    Tensor(String name, int rows, Places columns, Use use, boolean wanted) {
        this.name = name;
        this.rows = rows;
        this.columns = columns;
        this.use = use;
        this.values = room();
        this.gradient = wanted ? room() : null;
    }

    private VectorFloat16 room() {
        return Sizes.vectors(name, (long) rows * stride() * Padding.LANES);
    }

    /** Makes a value one that the host reads. */
    void become(Use read) {
        use = read;
    }

    /** Registers the arrays for a plan. */
    void register(Buffers buffers) {
        buffers.add(name, use.values, values);
        if (gradient != null) {
            buffers.add("d_" + name, use.gradient, gradient);
        }
    }

    /** Its name in listings. */
    public String name() {
        return name;
    }

    /** Padded rows. */
    public int rows() {
        return rows;
    }

    /** Where the numbers of a row stand. */
    public Places columns() {
        return columns;
    }

    /** Vectors of a row that hold numbers. */
    int vectors() {
        return columns.vectors();
    }

    /** Vectors between rows. */
    int stride() {
        return columns.stride();
    }

    VectorFloat16 values() {
        return values;
    }

    /** Whether anything wants the gradient. */
    boolean wantsGradient() {
        return gradient != null;
    }

    VectorFloat16 gradient() {
        if (gradient == null) {
            throw new IllegalStateException("nothing wants the gradient of " + name);
        }
        return gradient;
    }

    /** For a step that writes the gradient: 1 if one before it did, so that it must add. */
    int accumulate() {
        int accumulate = started ? 1 : 0;
        started = true;
        return accumulate;
    }
}
