package org.tornadomla.cache;

import org.tornadomla.tensor.CacheType;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** The rows of one layer, in the array that kernels read and write. */
public sealed interface LayerPool {

    /**
     * 32-bit numbers.
     *
     * @param rows [{@link CacheConfig#rows}, {@link RowLayout#vectors(CacheType)}] vectors of 16 floats
     */
    record Float32(VectorFloat16 rows) implements LayerPool {
    }

    /**
     * Bfloat16 numbers, as {@link org.tornadomla.tensor.PackedBfloat16} packs them.
     *
     * @param rows [{@link CacheConfig#rows}, {@link RowLayout#vectors(CacheType)}] vectors of 16 ints, 32 numbers
     */
    record Bfloat16(VectorInt16 rows) implements LayerPool {
    }

    /**
     * Latents in 8 bits, as {@link org.tornadomla.tensor.PackedInt8} packs rows.
     *
     * @param rows [{@link CacheConfig#rows}, {@link RowLayout#vectors(CacheType)}] vectors of 16 ints
     */
    record Int8(VectorInt16 rows) implements LayerPool {
    }

    /**
     * Room for rows, filled with zeros.
     *
     * @param type    format of their numbers
     * @param vectors of all rows together
     * @return the pool
     */
    static LayerPool allocate(CacheType type, int vectors) {
        return switch (type) {
            case F32 -> new Float32(new VectorFloat16(vectors));
            case BF16 -> new Bfloat16(new VectorInt16(vectors));
            case INT8 -> new Int8(new VectorInt16(vectors));
        };
    }

    /** @return the array, as tasks take it */
    default Object array() {
        return switch (this) {
            case Float32 floats -> floats.rows();
            case Bfloat16 numbers -> numbers.rows();
            case Int8 numbers -> numbers.rows();
        };
    }
}
