package org.tornadomla.cache;

import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * A device in plain arrays: it has its own copy of the pools, which only {@link #download} brings to the host, and
 * which is only replaced by the host's after {@link #invalidate}. Every row that nobody wrote is NaN.
 */
final class SimulatedDevice implements DevicePool {

    private final LatentCache cache;
    private final CacheConfig config;
    private final float[][] layers;
    private boolean stale = true;

    SimulatedDevice(LatentCache cache) {
        this.cache = cache;
        this.config = cache.config();
        this.layers = new float[config.layers()][config.rows() * config.rowLayout().width()];
        for (int layer = 0; layer < layers.length; layer++) {
            pool(layer).fill(Float.NaN);
        }
        cache.attach(this);
    }

    private VectorFloat16 pool(int layer) {
        return ((LayerPool.Float32) cache.pool(layer)).rows();
    }

    /** The value that stands for a token in every float of its row in a layer. */
    static float value(int token, int layer) {
        return token * 4f + layer;
    }

    /** Does what the latent-write kernel does: first the copies, then the new rows. */
    void run(List<RowCopy> copies, CachedSequence sequence, int start, List<Integer> tokens) {
        copy(copies);
        write(sequence, start, tokens);
    }

    void copy(List<RowCopy> copies) {
        upload();
        int width = config.rowLayout().width();
        for (float[] pool : layers) {
            for (RowCopy copy : copies) {
                System.arraycopy(pool, copy.sourceSlot() * width, pool, copy.targetSlot() * width, copy.rows() * width);
            }
        }
    }

    void write(CachedSequence sequence, int start, List<Integer> tokens) {
        upload();
        for (int layer = 0; layer < layers.length; layer++) {
            for (int index = 0; index < tokens.size(); index++) {
                fill(layer, cache.slot(sequence, start + index), value(tokens.get(index), layer));
            }
        }
    }

    /** Poisons a row, as if another program had used the memory since. */
    void poison(int slot) {
        upload();
        for (int layer = 0; layer < layers.length; layer++) {
            fill(layer, slot, Float.NaN);
        }
    }

    /** Whether a row holds a token in every layer and in each of the floats that carry information. */
    boolean holds(int slot, int token) {
        upload();
        RowLayout layout = config.rowLayout();
        for (int layer = 0; layer < layers.length; layer++) {
            int row = slot * layout.width();
            float expected = value(token, layer);
            for (int column = 0; column < layout.kvLoraRank(); column++) {
                if (layers[layer][row + layout.latentOffset() + column] != expected) {
                    return false;
                }
            }
            for (int column = 0; column < layout.qkRopeHeadDim(); column++) {
                if (layers[layer][row + layout.rotaryOffset() + column] != expected) {
                    return false;
                }
            }
        }
        return true;
    }

    private void fill(int layer, int slot, float value) {
        int width = config.rowLayout().width();
        Arrays.fill(layers[layer], slot * width, (slot + 1) * width, value);
    }

    private void upload() {
        if (stale) {
            stale = false;
            for (int layer = 0; layer < layers.length; layer++) {
                for (int index = 0; index < layers[layer].length; index++) {
                    layers[layer][index] = pool(layer).getArray().get(index);
                }
            }
        }
    }

    @Override
    public void download() {
        if (!stale) {
            for (int layer = 0; layer < layers.length; layer++) {
                for (int index = 0; index < layers[layer].length; index++) {
                    pool(layer).getArray().set(index, layers[layer][index]);
                }
            }
        }
    }

    @Override
    public void invalidate() {
        stale = true;
    }
}
