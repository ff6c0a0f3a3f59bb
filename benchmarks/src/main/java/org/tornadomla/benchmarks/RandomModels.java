package org.tornadomla.benchmarks;

import java.util.EnumMap;
import java.util.Map;

/**
 * The checkpoints of decoder layers, written when they are first asked for and removed at the end; all devices load the
 * same.
 */
final class RandomModels implements AutoCloseable {

    private static final long SEED = 1;

    private final Map<DecoderLayer, RandomModel> written = new EnumMap<>(DecoderLayer.class);

    /** The checkpoint of a layer. */
    RandomModel of(DecoderLayer layer) {
        return written.computeIfAbsent(layer, l -> RandomModel.write(l.model(), SEED));
    }

    @Override
    public void close() {
        written.values().forEach(RandomModel::close);
    }
}
