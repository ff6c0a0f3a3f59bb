package org.tornadomla.graph;

import org.tornadomla.graph.Buffers.Role;

import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** The weight of a matrix product, or of one an expert, in the layout and number format of its kernel. */
public sealed interface PackedMatrix {

    /** Registers the arrays under a name. */
    void register(Buffers buffers, String name);

    /**
     * A weight in 32-bit numbers.
     *
     * @param values packed columns, see {@link org.tornadomla.kernels.MatMul}
     */
    record Float32(VectorFloat16 values) implements PackedMatrix {

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }
    }

    /**
     * A weight in bfloat16.
     *
     * @param values packed columns, see {@link org.tornadomla.kernels.MatMulBf16}
     */
    record Bfloat16(VectorInt16 values) implements PackedMatrix {

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }
    }

    /**
     * A weight in 16-bit IEEE numbers.
     *
     * @param values packed columns, see {@link org.tornadomla.kernels.MatMulF16}
     */
    record Half(HalfFloatArray values) implements PackedMatrix {

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
        }
    }

    /**
     * A weight in 8-bit whole numbers.
     *
     * @param values packed columns, see {@link org.tornadomla.kernels.MatMulInt8}
     * @param scales a scale for each 128 inputs of an output
     */
    record Int8(VectorInt16 values, VectorFloat16 scales) implements PackedMatrix {

        @Override
        public void register(Buffers buffers, String name) {
            buffers.add(name, Role.WEIGHT, values);
            buffers.add(name + "_scales", Role.WEIGHT, scales);
        }
    }
}
