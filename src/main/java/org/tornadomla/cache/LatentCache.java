package org.tornadomla.cache;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.cache.Reservation.Change;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.SnapshotException;
import org.tornadomla.files.WholeFile;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The latent cache of all layers of a model: a pool of pages a layer, and sequences that are lists of pages.
 *
 * <p>All layers use the same page numbers, so that there is one block table a sequence. Rows are written by kernels on
 * the device, between {@link #reserve} and {@link Reservation#commit}; the cache itself moves rows only for snapshots.
 *
 * <p>Every refusal is a {@link CacheException} and leaves the cache as it was. All methods may be called from several
 * threads; one lock guards them. What concerns the rows of a sequence takes its turn: while another thread has a
 * reservation of the sequence open, it waits for the commit or the cancel, and the next reservation waits for it. A
 * thread that holds the reservation itself is refused. A sequence, though, is meant to have one owner at a time: what
 * its length means for the next position is settled by the owner, between reservation and commit.
 */
@PublicApi
public final class LatentCache implements AutoCloseable {

    private final CacheConfig config;
    private final PagePool pages;
    private final Set<CachedSequence> sequences = new LinkedHashSet<>();
    private @Nullable LatentPool rows;
    private @Nullable DevicePool device;
    private final Turns turns = new Turns(this);
    private long sequencesMade;

    /**
     * @param config sizes; the memory of all pools is taken at once
     *
     * @hidden
     */
    @Internal
    public LatentCache(CacheConfig config) {
        this.config = config;
        this.pages = new PagePool(config.pages(), config.pageOrder());
        this.rows = new LatentPool(config);
    }

    /**
     * {@return sizes and shape of this cache}
     *
     * @hidden
     */
    @Internal
    public CacheConfig config() {
        return config;
    }

    // Sequences

    /**
     * {@return a new empty sequence; it holds no page yet}
     *
     * @throws CacheException when the cache is closed
     */
    public synchronized CachedSequence open() {
        requireOpen();
        return add();
    }

    /**
     * Makes a second sequence with the same tokens. It takes no page: both share all of them, and whichever appends
     * first while the last page is partly filled takes a copy of that page.
     *
     * @param sequence the sequence to share with
     * @return the new sequence
     * @throws CacheException when the cache or the sequence is closed, foreign, or has an open reservation
     */
    public synchronized CachedSequence fork(CachedSequence sequence) {
        awaitIdle(sequence, "forked");
        CachedSequence fork = add();
        for (int page : sequence.pages()) {
            pages.share(page);
            fork.addPage(page);
        }
        fork.setCommitted(sequence.committed());
        return fork;
    }

    /**
     * Drops the tokens from a position on and gives back the pages that nothing is left in.
     *
     * @param sequence the sequence to shorten
     * @param length   tokens to keep, 0 to its length
     * @throws CacheException when the length is out of range, or the cache or the sequence is closed, foreign, or has
     *                            an open reservation
     */
    public synchronized void truncate(CachedSequence sequence, int length) {
        awaitIdle(sequence, "truncated");
        if (length < 0 || length > sequence.committed()) {
            throw new CacheException("length to truncate " + sequence + " to is " + length + ", allowed are 0 to "
                    + sequence.committed());
        }
        releasePages(sequence, config.blocks(length));
        sequence.setCommitted(length);
    }

    /**
     * Gives back a sequence's pages. Nothing happens when the sequence or the cache is closed already.
     *
     * @param sequence the sequence to end
     * @throws CacheException when the sequence is foreign or has an open reservation
     */
    public synchronized void close(CachedSequence sequence) {
        requireOwn(sequence);
        if (sequence.isClosed()) {
            return;
        }
        turns.await(sequence);
        if (sequence.isClosed()) {
            return;
        }
        requireNoReservation(sequence, "closed");
        releasePages(sequence, 0);
        sequence.setCommitted(0);
        sequence.markClosed();
        sequences.remove(sequence);
    }

    /** Closes all sequences, cancels all reservations and lets go of the pools. A second call does nothing. */
    @Override
    public synchronized void close() {
        sequences.forEach(CachedSequence::markClosed);
        sequences.clear();
        rows = null;
        device = null;
        turns.forget();
    }

    // Appending

    /**
     * Reserves room in one sequence; see {@link #reserve(List)}.
     *
     * @param sequence the sequence that grows
     * @param tokens   by how many tokens, 0 or more
     * @return the open reservation
     * @hidden
     */
    @Internal
    public Reservation reserve(CachedSequence sequence, int tokens) {
        return reserve(List.of(new Append(sequence, tokens)));
    }

    /**
     * Reserves room for the next tokens of a batch, for all of its sequences or for none.
     *
     * @param appends at most one wish a sequence
     * @return the open reservation, to be committed when the device has written the rows
     * @throws CacheFullException when the pool has too few free pages
     * @throws CacheException     when a sequence is closed, foreign, named twice, has an open reservation, or would
     *                                grow beyond {@link CacheConfig#maxSequenceTokens}, or the cache is closed
     * @hidden
     */
    @Internal
    public synchronized Reservation reserve(List<Append> appends) {
        requireOpen();
        turns.yieldToWaiting();
        requireOpen();
        Set<CachedSequence> named = new HashSet<>();
        for (Append append : appends) {
            CachedSequence sequence = append.sequence();
            requireIdle(sequence, "appended to");
            if (!named.add(sequence)) {
                throw new CacheException(sequence + " is named twice in one reservation, allowed is once");
            }
            if (append.tokens() > config.maxSequenceTokens() - sequence.committed()) {
                throw new CacheException("appending " + append.tokens() + " tokens to the " + sequence.committed()
                        + " of " + sequence + " exceeds maxSequenceTokens, allowed are "
                        + (config.maxSequenceTokens() - sequence.committed()));
            }
        }
        AppendPlan plan = new AppendPlan(appends, config, pages);
        plan.requireRoom();
        Reservation reservation = plan.take(this);
        appends.forEach(append -> append.sequence().setReservation(reservation, append.tokens()));
        turns.opened(reservation);
        return reservation;
    }

    synchronized void commit(Reservation reservation) {
        requireOpen();
        if (reservation.state() != Reservation.State.OPEN) {
            throw new CacheException(
                    "the reservation is " + reservation.state() + ", only an open one can be committed");
        }
        for (Change change : reservation.changes()) {
            AppendPlan.commit(change, pages);
        }
        settle(reservation, Reservation.State.COMMITTED);
    }

    synchronized void cancel(Reservation reservation) {
        if (reservation.state() == Reservation.State.COMMITTED) {
            throw new CacheException("the reservation is committed, only an open one can be cancelled;"
                    + " truncate its sequences instead");
        }
        cancelIfOpen(reservation);
    }

    synchronized void cancelIfOpen(Reservation reservation) {
        if (rows == null || reservation.state() != Reservation.State.OPEN) {
            return;
        }
        for (Change change : reservation.changes()) {
            AppendPlan.undo(change, pages);
        }
        settle(reservation, Reservation.State.CANCELLED);
    }

    private void settle(Reservation reservation, Reservation.State state) {
        for (Change change : reservation.changes()) {
            change.append().sequence().clearReservation();
        }
        reservation.settle(state);
        turns.settled(reservation);
    }

    // What the graphs ask

    /**
     * {@return a sequence's committed tokens}
     *
     * @param sequence a sequence of this cache
     * @throws CacheException when the cache or the sequence is closed or foreign
     */
    public synchronized int length(CachedSequence sequence) {
        requireUsable(sequence);
        return sequence.committed();
    }

    /**
     * @param sequence a sequence of this cache
     * @return its tokens, those of its open reservation included
     * @throws CacheException when the cache or the sequence is closed or foreign
     * @hidden
     */
    @Internal
    public synchronized int reservedLength(CachedSequence sequence) {
        requireUsable(sequence);
        return sequence.reserved();
    }

    /**
     * @param sequence a sequence of this cache
     * @param position of a token, 0 to {@link #reservedLength} - 1
     * @return the token's row in each layer's pool
     * @throws CacheException when the position is out of range, or the cache or the sequence is closed or foreign
     * @hidden
     */
    @Internal
    public synchronized int slot(CachedSequence sequence, int position) {
        int length = reservedLength(sequence);
        if (position < 0 || position >= length) {
            throw new CacheException("position in " + sequence + " is " + position
                    + (length == 0 ? ", the sequence is empty" : ", allowed are 0 to " + (length - 1)));
        }
        return config.slot(sequence.page(position / config.pageTokens()), position);
    }

    /**
     * @param sequence a sequence of this cache
     * @return its page numbers in the order of positions, those of its open reservation included
     * @throws CacheException when the cache or the sequence is closed or foreign
     * @hidden
     */
    @Internal
    public synchronized int[] blockTable(CachedSequence sequence) {
        requireUsable(sequence);
        return sequence.pages();
    }

    /**
     * Writes a sequence's {@link #blockTable} into an array that goes to the device; entries behind it are left alone.
     *
     * @param sequence a sequence of this cache
     * @param target   receives the page numbers
     * @param offset   where the first goes; {@link CacheConfig#maxBlocks} entries from there always suffice
     * @return how many were written
     * @throws CacheException when the target has too few entries, or the cache or the sequence is closed or foreign
     * @hidden
     */
    @Internal
    public synchronized int writeBlockTable(CachedSequence sequence, IntArray target, int offset) {
        requireUsable(sequence);
        int count = sequence.blockCount();
        if (offset < 0 || offset > target.getSize() - count) {
            throw new CacheException("offset of the block table of " + sequence + " is " + offset
                    + ", allowed are 0 to " + (target.getSize() - count) + " for " + count + " entries in an array of "
                    + target.getSize());
        }
        for (int block = 0; block < count; block++) {
            target.set(offset + block, sequence.page(block));
        }
        return count;
    }

    /**
     * @param layer 0 to layers - 1
     * @return the layer's pool, in the format of {@link CacheConfig#type}; the host's side of it, which is only up to
     *         date while no {@link DevicePool} is attached
     * @throws CacheException when the layer is out of range or the cache is closed
     * @hidden
     */
    @Internal
    public synchronized LayerPool pool(int layer) {
        requireOpen();
        requireLayer(layer);
        return rows().layer(layer);
    }

    /**
     * {@return what the cache holds now}
     *
     * @throws CacheException when the cache is closed
     */
    public synchronized CacheStatistics statistics() {
        requireOpen();
        long tokens = sequences.stream().mapToLong(CachedSequence::committed).sum();
        int usedPages = config.pages() - pages.freePages();
        return new CacheStatistics(sequences.size(), tokens, config.pages(), usedPages, pages.sharedPages(),
                config.bytesPerToken(), usedPages * config.pageBytes(), config.poolBytes(),
                tokens * config.layers() * config.multiHeadFloatsPerToken() * config.type().bytes());
    }

    // Rows on the host

    /**
     * Names the owner of the rows on the device. Until then, and after {@link #detach}, the host's arrays are the
     * truth.
     *
     * @param owner the execution plan
     * @throws CacheException when another owner is attached or the cache is closed
     * @hidden
     */
    @Internal
    public synchronized void attach(DevicePool owner) {
        requireOpen();
        Objects.requireNonNull(owner, "owner");
        if (device != null && device != owner) {
            throw new CacheException("the cache is attached to another device pool, allowed is one at a time;"
                    + " close the plan that owns it first");
        }
        device = owner;
    }

    /**
     * Gives up the rows of all sequences, since the device that held them failed. Every sequence with tokens is lost:
     * it keeps its pages until it is closed, and everything else is refused. Sequences without tokens go on.
     *
     * @hidden
     */
    @Internal
    public synchronized void forgetDeviceRows() {
        requireOpen();
        sequences.stream().filter(sequence -> sequence.committed() > 0).forEach(CachedSequence::markLost);
    }

    /**
     * Brings the rows back from the device and forgets its owner. Nothing happens when it is not attached.
     *
     * @param owner the execution plan, which still holds its device memory
     * @hidden
     */
    @Internal
    public synchronized void detach(DevicePool owner) {
        if (device == null || device != owner) {
            return;
        }
        try {
            downloadIfNeeded();
        } finally {
            device = null;
        }
    }

    /**
     * Reads a sequence's rows without their padding, from the device if need be.
     *
     * @param sequence a sequence of this cache
     * @param layer    0 to layers - 1
     * @return rows in the order of positions, shape [length, kvLoraRank + qkRopeHeadDim], the latent first
     * @throws CacheException when the layer is out of range, the rows do not fit an array, or the cache or the sequence
     *                            is closed, foreign, or has an open reservation
     */
    public synchronized float[] rows(CachedSequence sequence, int layer) {
        awaitIdle(sequence, "read");
        requireLayer(layer);
        int width = config.rowLayout().payload();
        int length = sequence.committed();
        if ((long) length * width > CacheConfig.MAX_POOL_ELEMENTS) {
            throw new CacheException(length + " rows of " + width + " floats do not fit one array, allowed are "
                    + CacheConfig.MAX_POOL_ELEMENTS / width + " rows; take a snapshot instead");
        }
        downloadIfNeeded();
        float[] all = new float[length * width];
        float[] payload = new float[width];
        for (int position = 0; position < length; position++) {
            rows().read(layer, slot(sequence, position), payload);
            System.arraycopy(payload, 0, all, position * width, width);
        }
        return all;
    }

    /**
     * Writes a sequence's rows to a file, which does not depend on page size, page order or engine. The file appears
     * under its name when it is complete, and replaces an older one.
     *
     * @param sequence a sequence of this cache
     * @param path     the file to write
     * @throws SnapshotException when it cannot be written
     * @throws CacheException    when the cache or the sequence is closed, foreign, or has an open reservation
     */
    public synchronized void snapshot(CachedSequence sequence, Path path) {
        awaitIdle(sequence, "written to a snapshot");
        downloadIfNeeded();
        new SnapshotWriter(SnapshotHeader.of(config, sequence.committed()),
                (layer, position, payload) -> rows().read(layer, slot(sequence, position), payload)).write(path);
    }

    /**
     * Reads a sequence from a file that {@link #snapshot} wrote. The whole file is checked before anything is changed.
     *
     * <p>The rows go to the device by way of the host's arrays, so no reservation of any sequence may be open, since
     * what the device writes meanwhile would be lost: those of other threads are waited for.
     *
     * @param path the file to read
     * @return a new sequence
     * @throws SnapshotException  when the file cannot be read, is damaged, or is of another version, number format,
     *                                layout or model
     * @throws CacheFullException when the pool has too few free pages
     * @throws CacheException     when this thread has a reservation open or the cache is closed
     */
    public synchronized CachedSequence restore(Path path) {
        requireOpen();
        turns.awaitAll();
        requireOpen();
        if (turns.open() > 0) {
            throw new CacheException(
                    "cannot restore while " + turns.open() + " reservations are open; commit or cancel them first");
        }
        WholeFile.removeLeftovers(path);
        try (SnapshotReader reader = SnapshotReader.open(path, config)) {
            int tokens = reader.header().tokens();
            int blocks = config.blocks(tokens);
            if (blocks > pages.freePages()) {
                throw new CacheFullException("restoring " + tokens + " tokens", blocks, pages.freePages(),
                        config.pages(), config.pageBytes());
            }
            reader.verify();
            downloadIfNeeded();
            return restore(reader, tokens, blocks);
        }
    }

    /** The memory of an open cache. */
    private LatentPool rows() {
        return Objects.requireNonNull(rows);
    }

    private CachedSequence restore(SnapshotReader reader, int tokens, int blocks) {
        CachedSequence sequence = add();
        for (int block = 0; block < blocks; block++) {
            sequence.addPage(pages.take());
        }
        sequence.setCommitted(tokens);
        boolean complete = false;
        try {
            reader.read((layer, position, payload) -> rows().write(layer, slot(sequence, position), payload));
            if (device != null) {
                device.invalidate();
            }
            complete = true;
            return sequence;
        } finally {
            if (!complete) {
                close(sequence);
            }
        }
    }

    private void downloadIfNeeded() {
        boolean anyRows = sequences.stream().anyMatch(sequence -> sequence.committed() > 0);
        if (device != null && anyRows) {
            device.download();
        }
    }

    private CachedSequence add() {
        CachedSequence sequence = new CachedSequence(this, sequencesMade++);
        sequences.add(sequence);
        return sequence;
    }

    private void releasePages(CachedSequence sequence, int keep) {
        while (sequence.blockCount() > keep) {
            pages.release(sequence.removeLastPage());
        }
    }

    // Checks

    private void requireOpen() {
        if (rows == null) {
            throw new CacheException("the cache is closed; make a new one");
        }
    }

    private void requireLayer(int layer) {
        if (layer < 0 || layer >= config.pools()) {
            throw new CacheException("layer is " + layer + ", allowed are 0 to " + (config.pools() - 1));
        }
    }

    private void requireOwn(CachedSequence sequence) {
        if (sequence.cache() != this) {
            throw new CacheException(sequence + " belongs to another cache");
        }
    }

    private void requireUsable(CachedSequence sequence) {
        requireOpen();
        requireOwn(sequence);
        if (sequence.isClosed()) {
            throw new CacheException(sequence + " is closed");
        }
        if (sequence.isLost()) {
            throw new CacheException(sequence
                    + " was lost with the memory of the device that failed; close it, open a new one and append"
                    + " its " + sequence.committed() + " tokens again");
        }
    }

    private void awaitIdle(CachedSequence sequence, String action) {
        requireUsable(sequence);
        turns.await(sequence);
        requireIdle(sequence, action);
    }

    private void requireIdle(CachedSequence sequence, String action) {
        requireUsable(sequence);
        requireNoReservation(sequence, action);
    }

    private static void requireNoReservation(CachedSequence sequence, String action) {
        if (sequence.reservation() != null) {
            throw new CacheException(
                    sequence + " has an open reservation and cannot be " + action + "; commit or cancel it first");
        }
    }
}
