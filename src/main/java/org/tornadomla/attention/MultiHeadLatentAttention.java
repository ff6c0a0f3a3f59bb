package org.tornadomla.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.Append;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.Reservation;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.ShapeException;

/**
 * Multi-head Latent Attention (DeepSeek-V2, section 2.1) as a module: tokens in, tokens out, with a latent cache in
 * between.
 *
 * <pre>{@code
 * MlaConfig config = MlaConfig.card(512, 8, 512, 64, 64, 32);
 * try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(config).seed(1).build();
 *         CachedSequence sequence = mla.open()) {
 *     float[] prompt = mla.append(sequence, Tokens.of(1, 10, x));
 *     float[] next = mla.append(sequence, Tokens.of(1, 1, token));
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time; a second is refused. Every refusal leaves cache and sequences as they were.
 */
public final class MultiHeadLatentAttention implements AutoCloseable {

    private final MlaConfig config;
    private final Target target;
    private final LatentCache cache;
    private final AttentionPlan plan;
    private final Rounds rounds;
    private final ReentrantLock lock = new ReentrantLock();

    MultiHeadLatentAttention(MlaConfig config, Target target, LatentCache cache, AttentionPlan plan, Rounds rounds) {
        this.config = config;
        this.target = target;
        this.cache = cache;
        this.plan = plan;
        this.rounds = rounds;
        cache.attach(plan);
    }

    /** A builder of a module of these sizes. */
    public static AttentionBuilder builder(MlaConfig config) {
        return new AttentionBuilder(config);
    }

    /** Sizes and options. */
    public MlaConfig config() {
        return config;
    }

    /** The device that computes. */
    public Target target() {
        return target;
    }

    /** The cache, for truncating, forking, snapshots and statistics. */
    public LatentCache cache() {
        return cache;
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.listing();
    }

    /**
     * Says where time goes: does work with the device's profiler on.
     *
     * @param work calls of this module
     * @return nanoseconds on the device of each task that ran, by "graph.task" as {@link #listing} names them, over all
     *         calls
     */
    public Map<String, Long> profile(Runnable work) {
        return plan.cycle().profile(work);
    }

    /** A new, empty sequence in the cache. */
    public CachedSequence open() {
        return cache.open();
    }

    /**
     * Self-attention without keeping anything.
     *
     * @return [batch, tokens, hidden] floats
     * @throws ShapeException                          when the input does not fit the module
     * @throws org.tornadomla.error.CacheFullException when the tokens do not fit the cache's free pages
     */
    public float[] forward(Tokens x) {
        return temporary(x.batch(), rows -> append(rows, x));
    }

    /**
     * Cross-attention: every token of x sees the context of its row; both count positions from 0 unless they say
     * otherwise.
     *
     * @param x       tokens that ask; causality and window of x apply to context positions, so usually
     *                    {@link Tokens#bidirectional()}
     * @param context tokens that are asked, as many rows as x
     * @return [batch, tokens of x, hidden] floats
     */
    public float[] forward(Tokens x, Tokens context) {
        rounds.checkRows(x, context.batch());
        return temporary(x.batch(), rows -> {
            remember(rows, context);
            return ask(rows, x);
        });
    }

    private float[] temporary(int batch, Function<List<CachedSequence>, float[]> work) {
        List<CachedSequence> rows = new ArrayList<>();
        try {
            for (int row = 0; row < batch; row++) {
                rows.add(cache.open());
            }
            return work.apply(rows);
        } finally {
            rows.forEach(CachedSequence::close);
        }
    }

    /** {@link #append(List, Tokens)} for a batch of one. */
    public float[] append(CachedSequence row, Tokens x) {
        return append(List.of(row), x);
    }

    /**
     * Self-attention that continues sequences: a prompt, a chunk of it, or the next token. Each row's tokens are
     * written behind what its sequence holds and see all of it.
     *
     * @param rows one sequence a row of the batch
     * @param x    the new tokens
     * @return [batch, tokens, hidden] floats; zeros behind a row's length
     * @throws ShapeException                          when the input does not fit the module
     * @throws org.tornadomla.error.CacheException     when a sequence is closed or foreign, or would grow too long
     * @throws org.tornadomla.error.CacheFullException when the pool has too few free pages
     */
    public float[] append(List<CachedSequence> rows, Tokens x) {
        recover();
        return extend(rows, x, copies -> rounds.append(rows, x, copies));
    }

    /** Writes tokens behind their sequences without attending: the context of later {@link #ask} calls. */
    public void remember(List<CachedSequence> rows, Tokens context) {
        recover();
        extend(rows, context, copies -> {
            rounds.write(rows, context, copies);
            return null;
        });
    }

    private float[] extend(List<CachedSequence> rows, Tokens x, Function<List<RowCopy>, float[]> work) {
        return exclusively(() -> {
            rounds.checkRows(x, rows.size());
            try (Reservation reservation = reserve(rows, x)) {
                rounds.checkAppend(rows, x);
                float[] y = work.apply(reservation.copies());
                reservation.commit();
                return y;
            }
        });
    }

    /**
     * Attends to what the sequences hold without adding to it. Positions count from 0 unless the tokens carry their
     * own.
     *
     * @return [batch, tokens, hidden] floats
     */
    public float[] ask(List<CachedSequence> rows, Tokens x) {
        recover();
        return exclusively(() -> {
            rounds.checkRows(x, rows.size());
            rounds.checkAsk(rows, x);
            return rounds.ask(rows, x);
        });
    }

    private float[] exclusively(Supplier<float[]> work) {
        if (!lock.tryLock()) {
            throw new DeviceException(
                    "the module is computing for another thread; use one module a thread or take turns");
        }
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** After a failure of the device, gives up what the cache had there and builds the plan again. */
    private void recover() {
        if (plan.isBroken()) {
            cache.forgetDeviceRows();
            plan.recover();
        }
    }

    private Reservation reserve(List<CachedSequence> rows, Tokens x) {
        List<Append> appends = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            appends.add(new Append(rows.get(row), x.length(row)));
        }
        return cache.reserve(appends);
    }

    /** Releases the device's memory and the cache; sequences are closed. */
    @Override
    public void close() {
        cache.close();
        plan.close();
    }
}
