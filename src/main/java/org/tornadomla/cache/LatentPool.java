package org.tornadomla.cache;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The host arrays of all layers, and access to single rows of them. */
final class LatentPool {

    private final RowLayout layout;
    private final VectorFloat16[] layers;

    LatentPool(CacheConfig config) {
        layout = config.rowLayout();
        layers = new VectorFloat16[config.layers()];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = new VectorFloat16(config.rows() * layout.vectors());
        }
    }

    VectorFloat16 layer(int layer) {
        return layers[layer];
    }

    /** Reads a row without its padding into {@code payload}, [kvLoraRank | qkRopeHeadDim]. */
    void read(int layer, int slot, float[] payload) {
        MemorySegment floats = layers[layer].getSegment();
        int latent = layout.kvLoraRank();
        MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.latentOffset()), payload, 0, latent);
        MemorySegment.copy(floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.rotaryOffset()), payload, latent,
            layout.qkRopeHeadDim());
    }

    /** Writes a row from {@code payload}, [kvLoraRank | qkRopeHeadDim], and zeros into its padding. */
    void write(int layer, int slot, float[] payload) {
        MemorySegment floats = layers[layer].getSegment();
        floats.asSlice(offset(slot, 0), (long) layout.width() * Float.BYTES).fill((byte) 0);
        int latent = layout.kvLoraRank();
        MemorySegment.copy(payload, 0, floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.latentOffset()), latent);
        MemorySegment.copy(payload, latent, floats, ValueLayout.JAVA_FLOAT, offset(slot, layout.rotaryOffset()),
            layout.qkRopeHeadDim());
    }

    private long offset(int slot, int column) {
        return ((long) slot * layout.width() + column) * Float.BYTES;
    }
}
