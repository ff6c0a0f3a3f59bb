package org.tornadomla.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tornadomla.cache.Reservation.Change;
import org.tornadomla.error.CacheFullException;

/**
 * What a batch of appends needs: decided as a whole before any page is taken, so that it can be refused as a whole.
 *
 * <p>A sequence whose last page is partly filled and held by others too must leave it for a page of its own, and takes
 * its rows along. Of several sequences of one batch that hold the same page, all but one leave; the one that stays must
 * reach at least as far into the page as the others, since it writes behind its rows while theirs are being copied.
 */
final class AppendPlan {

    private record Entry(Append append, boolean leaves, int newPages) {
    }

    private record Departures(int count, int rows) {

        static final Departures NONE = new Departures(0, 0);
    }

    private final CacheConfig config;
    private final PagePool pool;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Departures> departures = new HashMap<>();
    private long neededPages;
    private long tokens;

    AppendPlan(List<Append> appends, CacheConfig config, PagePool pool) {
        this.config = config;
        this.pool = pool;
        for (Append append : appends) {
            add(append);
        }
    }

    private void add(Append append) {
        CachedSequence sequence = append.sequence();
        int length = sequence.committed();
        boolean leaves = append.tokens() > 0 && mustLeave(sequence, rowsInLastPage(sequence));
        int newPages = config.blocks(length + append.tokens()) - sequence.blockCount() + (leaves ? 1 : 0);
        entries.add(new Entry(append, leaves, newPages));
        neededPages += newPages;
        tokens += append.tokens();
    }

    private int rowsInLastPage(CachedSequence sequence) {
        return sequence.committed() % config.pageTokens();
    }

    private boolean mustLeave(CachedSequence sequence, int rows) {
        if (rows == 0) {
            return false;
        }
        int page = sequence.page(sequence.blockCount() - 1);
        Departures before = departures.getOrDefault(page, Departures.NONE);
        boolean lastHolder = pool.holders(page) - before.count == 1;
        if (lastHolder && rows >= before.rows) {
            return false;
        }
        departures.put(page, new Departures(before.count + 1, Math.max(before.rows, rows)));
        return true;
    }

    /** Throws when the pool has too few free pages; changes nothing. */
    void requireRoom() {
        if (neededPages > pool.freePages()) {
            throw new CacheFullException("appending " + tokens + " tokens to " + entries.size() + " sequences",
                    neededPages, pool.freePages(), config.pages(), config.pageBytes());
        }
    }

    /** Takes the pages and enters them into the block tables. */
    Reservation take(LatentCache cache) {
        List<Change> changes = new ArrayList<>();
        List<RowCopy> copies = new ArrayList<>();
        for (Entry entry : entries) {
            CachedSequence sequence = entry.append.sequence();
            int blocks = sequence.blockCount();
            int sharedPage = Change.NONE;
            int newPages = entry.newPages;
            if (entry.leaves) {
                sharedPage = sequence.page(blocks - 1);
                int ownPage = pool.take();
                sequence.setPage(blocks - 1, ownPage);
                copies.add(new RowCopy(config.slot(sharedPage, 0), config.slot(ownPage, 0), rowsInLastPage(sequence)));
                newPages--;
            }
            for (int page = 0; page < newPages; page++) {
                sequence.addPage(pool.take());
            }
            changes.add(new Change(entry.append, blocks, sharedPage));
        }
        return new Reservation(cache, changes, copies);
    }

    /** Makes a change final. */
    static void commit(Change change, PagePool pool) {
        CachedSequence sequence = change.append().sequence();
        sequence.setCommitted(sequence.committed() + change.append().tokens());
        if (change.leavesPage()) {
            pool.release(change.sharedPage());
        }
    }

    /** Takes a change back. */
    static void undo(Change change, PagePool pool) {
        CachedSequence sequence = change.append().sequence();
        while (sequence.blockCount() > change.blocksBefore()) {
            pool.release(sequence.removeLastPage());
        }
        if (change.leavesPage()) {
            int last = change.blocksBefore() - 1;
            pool.release(sequence.page(last));
            sequence.setPage(last, change.sharedPage());
        }
    }
}
