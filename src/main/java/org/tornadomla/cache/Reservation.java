package org.tornadomla.cache;

import java.util.List;

import org.tornadomla.error.CacheException;

/**
 * Room for new tokens of one or more sequences, taken before the device writes them. The first of two phases: run the
 * graphs, then {@link #commit}; if the run fails, {@link #cancel} puts every sequence back to where it was.
 *
 * <pre>{@code
 * try (Reservation reservation = cache.reserve(sequence, tokens)) {
 *     run(reservation.copies(), cache.slot(sequence, sequence.length()));
 *     reservation.commit();
 * }
 * }</pre>
 *
 * <p>While it is open, the sequences' block tables and slots cover the new positions, and their lengths do not.
 */
public final class Reservation implements AutoCloseable {

    /** How a reservation stands. */
    enum State {
        OPEN,
        COMMITTED,
        CANCELLED
    }

    /**
     * What was done to one sequence, with what undoes it.
     *
     * @param append       the wish
     * @param blocksBefore pages that the sequence had before
     * @param sharedPage   page that the sequence leaves at the commit, still held until then, or {@link #NONE}
     */
    record Change(Append append, int blocksBefore, int sharedPage) {

        static final int NONE = -1;

        boolean leavesPage() {
            return sharedPage != NONE;
        }
    }

    private final LatentCache cache;
    private final List<Change> changes;
    private final List<RowCopy> copies;
    private State state = State.OPEN;

    Reservation(LatentCache cache, List<Change> changes, List<RowCopy> copies) {
        this.cache = cache;
        this.changes = List.copyOf(changes);
        this.copies = List.copyOf(copies);
    }

    /** @return the batch as it was asked for, in its order */
    public List<Append> appends() {
        return changes.stream().map(Change::append).toList();
    }

    /**
     * @return rows that the device has to copy in every layer before it writes the new rows; no copy reads a row that
     *         another copy or a new token of this reservation writes
     */
    public List<RowCopy> copies() {
        return copies;
    }

    /**
     * Counts the new tokens into their sequences' lengths: the device has written their rows.
     *
     * @throws CacheException when the reservation is committed or cancelled already, or the cache is closed
     */
    public void commit() {
        cache.commit(this);
    }

    /**
     * Gives the pages back and restores the block tables. Nothing happens when it is cancelled already or its cache is
     * closed.
     *
     * @throws CacheException when the reservation is committed
     */
    public void cancel() {
        cache.cancel(this);
    }

    /** Cancels what was not committed. */
    @Override
    public void close() {
        cache.cancelIfOpen(this);
    }

    List<Change> changes() {
        return changes;
    }

    State state() {
        return state;
    }

    void settle(State reached) {
        state = reached;
    }
}
