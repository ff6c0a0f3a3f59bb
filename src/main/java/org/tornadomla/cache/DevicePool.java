package org.tornadomla.cache;

/**
 * Whoever holds the pool's rows on a device: the execution plan. The cache calls it when it needs the rows on the host.
 *
 * <p>Both methods are called with the cache's lock held. An implementation may take its own lock in them, and must
 * therefore never call the cache while it holds that lock: ask the cache for slots and block tables first, then run.
 */
public interface DevicePool {

    /**
     * Brings the pool rows of all layers from the device into the arrays of {@link LatentCache#pool}. Does nothing
     * while the device has no copy newer than those.
     */
    void download();

    /** Makes the next execution send the arrays of {@link LatentCache#pool} to the device again. */
    void invalidate();
}
