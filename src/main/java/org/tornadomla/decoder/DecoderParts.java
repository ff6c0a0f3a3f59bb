package org.tornadomla.decoder;

import org.tornadomla.cache.LatentCache;

/**
 * What a decoder holds and gives back, all of it or nothing.
 *
 * @param cache  rows of the sequences
 * @param plan   graphs and buffers on the devices
 * @param load   what brought the weights, and keeps them for the next run
 * @param origin how the weights came to memory
 */
record DecoderParts(LatentCache cache, DecoderPlan plan, WeightLoad load,
        WeightLoad.Origin origin) implements AutoCloseable {

    @Override
    public void close() {
        close(cache, plan, load);
    }

    /**
     * Gives back each part, also where another one fails. The weights are the first, since threads may still read and
     * write them.
     */
    static void close(LatentCache cache, DecoderPlan plan, WeightLoad load) {
        try {
            load.close();
        } finally {
            try {
                cache.close();
            } finally {
                plan.device().close();
            }
        }
    }
}
