package org.tornadomla.cache;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.CacheException;

/**
 * One sequence of a {@link LatentCache}: how many tokens it has and which pages hold them. Made by
 * {@link LatentCache#open}, {@link LatentCache#fork} and {@link LatentCache#restore}.
 *
 * <p>What is not public is guarded by the cache's lock.
 */
@PublicApi
public final class CachedSequence implements AutoCloseable {

    private final LatentCache cache;
    private final long number;
    private int[] blocks = {};
    private int blockCount;
    private int length;
    private @Nullable Reservation reservation;
    private int reservedTokens;
    private boolean closed;
    private boolean lost;

    CachedSequence(LatentCache cache, long number) {
        this.cache = cache;
        this.number = number;
    }

    /** {@return the cache that this sequence belongs to} */
    public LatentCache cache() {
        return cache;
    }

    /**
     * {@return committed tokens, which is also the position of the next one}
     *
     * @throws CacheException when the sequence or its cache is closed
     */
    public int length() {
        return cache.length(this);
    }

    /** Gives its pages back, as {@link LatentCache#close(CachedSequence)} does. */
    @Override
    public void close() {
        cache.close(this);
    }

    @Override
    public String toString() {
        return "sequence " + number;
    }

    int committed() {
        return length;
    }

    void setCommitted(int tokens) {
        length = tokens;
    }

    boolean isClosed() {
        return closed;
    }

    void markClosed() {
        closed = true;
    }

    /** Whether the device that held its rows failed. */
    boolean isLost() {
        return lost;
    }

    void markLost() {
        lost = true;
    }

    /** The reservation that is neither committed nor cancelled, or null. */
    @Nullable
    Reservation reservation() {
        return reservation;
    }

    /** Committed tokens and those of the open reservation. */
    int reserved() {
        return length + reservedTokens;
    }

    void setReservation(@Nullable Reservation open, int tokens) {
        reservation = open;
        reservedTokens = tokens;
    }

    void clearReservation() {
        setReservation(null, 0);
    }

    int blockCount() {
        return blockCount;
    }

    int page(int block) {
        return blocks[block];
    }

    void setPage(int block, int page) {
        blocks[block] = page;
    }

    void addPage(int page) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, blockCount * 2));
        }
        blocks[blockCount++] = page;
    }

    int removeLastPage() {
        return blocks[--blockCount];
    }

    int[] pages() {
        return Arrays.copyOf(blocks, blockCount);
    }
}
