package org.tornadomla.cache;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tornadomla.tensor.PackedBfloat16;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The host arrays of all layers, and access to single rows of them. */
final class LatentPool {

    private final CacheConfig config;
    private final LayerPool[] layers;

    LatentPool(CacheConfig config) {
        this.config = config;
        layers = new LayerPool[config.pools()];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = LayerPool.allocate(config.type(layer), config.rows() * vectors(layer));
        }
    }

    private int vectors(int layer) {
        return config.rowLayout(layer).vectors(config.type(layer));
    }

    LayerPool layer(int layer) {
        return layers[layer];
    }

    /** Reads a row without its padding into {@code payload}, [kvLoraRank | qkRopeHeadDim]. */
    void read(int layer, int slot, float[] payload) {
        RowLayout layout = config.rowLayout(layer);
        int rowVectors = vectors(layer);
        int latent = layout.kvLoraRank();
        switch (layers[layer]) {
            case LayerPool.Float32 pool -> {
                MemorySegment floats = pool.rows().getSegment();
                MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, offset(slot * rowVectors, layout.latentOffset()),
                        payload, 0, latent);
                MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, offset(slot * rowVectors, layout.rotaryOffset()),
                        payload, latent, layout.qkRopeHeadDim());
            }
            case LayerPool.Bfloat16 pool -> {
                IntArray ints = pool.rows().getArray();
                for (int i = 0; i < payload.length; i++) {
                    payload[i] = PackedBfloat16.get(ints, slot * rowVectors * RowLayout.VECTOR, column(layout, i));
                }
            }
            case LayerPool.Int8 pool ->
                layout.packedInt8().get(pool.rows().getArray(), slot * rowVectors * RowLayout.VECTOR, payload);
        }
    }

    /**
     * Writes a row from {@code payload}, [kvLoraRank | qkRopeHeadDim], rounded to the pool's format, and zeros into its
     * padding.
     */
    void write(int layer, int slot, float[] payload) {
        RowLayout layout = config.rowLayout(layer);
        int rowVectors = vectors(layer);
        int latent = layout.kvLoraRank();
        switch (layers[layer]) {
            case LayerPool.Float32 pool -> {
                MemorySegment floats = pool.rows().getSegment();
                clear(floats, slot, rowVectors);
                MemorySegment.copy(payload, 0, floats, ValueLayout.JAVA_FLOAT,
                        offset(slot * rowVectors, layout.latentOffset()), latent);
                MemorySegment.copy(payload, latent, floats, ValueLayout.JAVA_FLOAT,
                        offset(slot * rowVectors, layout.rotaryOffset()), layout.qkRopeHeadDim());
            }
            case LayerPool.Bfloat16 pool -> {
                clear(pool.rows().getSegment(), slot, rowVectors);
                IntArray ints = pool.rows().getArray();
                for (int i = 0; i < payload.length; i++) {
                    PackedBfloat16.set(ints, slot * rowVectors * RowLayout.VECTOR, column(layout, i), payload[i]);
                }
            }
            case LayerPool.Int8 pool -> {
                clear(pool.rows().getSegment(), slot, rowVectors);
                layout.packedInt8().set(pool.rows().getArray(), slot * rowVectors * RowLayout.VECTOR, payload);
            }
        }
    }

    private static void clear(MemorySegment elements, int slot, int rowVectors) {
        elements.asSlice(offset(slot * rowVectors, 0), (long) rowVectors * RowLayout.VECTOR * Float.BYTES)
                .fill((byte) 0);
    }

    /** Where a number of the payload stands in a row. */
    private static int column(RowLayout layout, int payload) {
        int latent = layout.kvLoraRank();
        return payload < latent ? layout.latentOffset() + payload : layout.rotaryOffset() + payload - latent;
    }

    /** The byte at which an element of 4 bytes of a row begins. */
    private static long offset(int vector, int element) {
        return ((long) vector * RowLayout.VECTOR + element) * Float.BYTES;
    }
}
