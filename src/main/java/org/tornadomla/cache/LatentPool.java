package org.tornadomla.cache;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tornadomla.tensor.PackedBfloat16;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The host arrays of all layers, and access to single rows of them. */
final class LatentPool {

    private final RowLayout layout;
    private final int rowVectors;
    private final LayerPool[] layers;

    LatentPool(CacheConfig config) {
        layout = config.rowLayout();
        rowVectors = layout.vectors(config.type());
        layers = new LayerPool[config.layers()];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = LayerPool.allocate(config.type(), config.rows() * rowVectors);
        }
    }

    LayerPool layer(int layer) {
        return layers[layer];
    }

    /** Reads a row without its padding into {@code payload}, [kvLoraRank | qkRopeHeadDim]. */
    void read(int layer, int slot, float[] payload) {
        int latent = layout.kvLoraRank();
        switch (layers[layer]) {
            case LayerPool.Float32 pool -> {
                MemorySegment floats = pool.rows().getSegment();
                MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.latentOffset()), payload, 0,
                        latent);
                MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.rotaryOffset()), payload, latent,
                        layout.qkRopeHeadDim());
            }
            case LayerPool.Bfloat16 pool -> {
                IntArray ints = pool.rows().getArray();
                for (int i = 0; i < payload.length; i++) {
                    payload[i] = PackedBfloat16.get(ints, slot * rowVectors * RowLayout.VECTOR, column(i));
                }
            }
        }
    }

    /**
     * Writes a row from {@code payload}, [kvLoraRank | qkRopeHeadDim], rounded to the pool's format, and zeros into its
     * padding.
     */
    void write(int layer, int slot, float[] payload) {
        int latent = layout.kvLoraRank();
        switch (layers[layer]) {
            case LayerPool.Float32 pool -> {
                MemorySegment floats = pool.rows().getSegment();
                clear(floats, slot);
                MemorySegment.copy(payload, 0, floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.latentOffset()),
                        latent);
                MemorySegment.copy(payload, latent, floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.rotaryOffset()),
                        layout.qkRopeHeadDim());
            }
            case LayerPool.Bfloat16 pool -> {
                clear(pool.rows().getSegment(), slot);
                IntArray ints = pool.rows().getArray();
                for (int i = 0; i < payload.length; i++) {
                    PackedBfloat16.set(ints, slot * rowVectors * RowLayout.VECTOR, column(i), payload[i]);
                }
            }
        }
    }

    private void clear(MemorySegment elements, int slot) {
        elements.asSlice(offset(slot, 0), (long) rowVectors * RowLayout.VECTOR * Float.BYTES).fill((byte) 0);
    }

    /** Where a number of the payload stands in a row. */
    private int column(int payload) {
        int latent = layout.kvLoraRank();
        return payload < latent ? layout.latentOffset() + payload : layout.rotaryOffset() + payload - latent;
    }

    /** The byte at which an element of 4 bytes of a row begins. */
    private long offset(int slot, int element) {
        return ((long) slot * rowVectors * RowLayout.VECTOR + element) * Float.BYTES;
    }
}
