package org.tornadomla.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.Append;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.Reservation;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.driver.Pass;
import org.tornadomla.driver.Rounds;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.tensor.MlaWeights;

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
@PublicApi
public final class MultiHeadLatentAttention implements AutoCloseable {

    private final MlaConfig config;
    private final @Nullable MlaWeights weights;
    private final LatentCache cache;
    private final AttentionPlan plan;
    private final Rounds rounds;
    private final Calls calls;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;

    /** @param weights what tapes begin with; null for a module that makes none */
    MultiHeadLatentAttention(MlaConfig config, @Nullable MlaWeights weights, LatentCache cache, AttentionPlan plan,
            Rounds rounds) {
        this.config = config;
        this.weights = weights;
        this.cache = cache;
        this.plan = plan;
        this.rounds = rounds;
        this.calls = new Calls(config, cache, rounds.capacity());
        cache.attach(plan.device());
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
        return plan.device().target();
    }

    /** The cache, for truncating, forking, snapshots and statistics. */
    public LatentCache cache() {
        return cache;
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.device().listing();
    }

    /**
     * Says where time goes: does work with the device's profiler on.
     *
     * @param work calls of this module
     * @return nanoseconds on the device of each task that ran, by "graph.task" as {@link #listing} names them, over all
     *         calls
     */
    public Map<String, Long> profile(Runnable work) {
        return plan.device().profile(work);
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
        calls.checkRows(x, context.batch());
        return temporary(x.batch(), rows -> {
            remember(rows, context);
            return ask(rows, x);
        });
    }

    /** {@link #tape(int, int, int)} of self-attention. */
    public AttentionTape tape(int batch, int tokens) {
        return tape(batch, tokens, 0);
    }

    /**
     * The layer in a form that can be trained, with 32-bit weights of its own, those of the module at first. The module
     * stays as it is, and the tape outlives it. The module must be built with {@link AttentionBuilder#trainable}.
     *
     * @param batch         rows of x
     * @param tokens        tokens of x
     * @param contextTokens tokens of the context; 0 for self-attention
     * @throws ConfigurationException when the module is not trainable, a number is too small, the module's positions
     *                                    are too few, or the layer has something that has no gradient here
     */
    public AttentionTape tape(int batch, int tokens, int contextTokens) {
        if (weights == null) {
            throw new ConfigurationException("the module dropped its unpacked weights when they were packed: build it"
                    + " with trainable() to make tapes of it");
        }
        TapeSize size = new TapeSize(batch, tokens, contextTokens, rounds.capacity().positions());
        return new AttentionTape(config, weights, target(), size);
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
        return extend(rows, x, copies -> {
            float[] y = new float[x.values().length];
            List<RowWork> works = works(rows, x, y);
            // Where a token sees later ones, all are written before any attends, unless they go together.
            if (x.causal() || rounds.fitsOneRound(works)) {
                run(works, copies, Pass.APPEND);
            } else {
                run(works, copies, Pass.WRITE);
                run(works, List.of(), Pass.ATTEND);
            }
            return y;
        });
    }

    /** Writes tokens behind their sequences without attending: the context of later {@link #ask} calls. */
    public void remember(List<CachedSequence> rows, Tokens context) {
        extend(rows, context, copies -> {
            float[] none = new float[0];
            run(works(rows, context, none), copies, Pass.WRITE);
            return none;
        });
    }

    private float[] extend(List<CachedSequence> rows, Tokens x, Function<List<RowCopy>, float[]> work) {
        return exclusively(() -> {
            calls.checkRows(x, rows.size());
            try (Reservation reservation = reserve(rows, x)) {
                calls.checkAppend(rows, x);
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
        return exclusively(() -> {
            calls.checkRows(x, rows.size());
            calls.checkAsk(rows, x);
            float[] y = new float[x.values().length];
            run(works(rows, x, y), List.of(), Pass.ASK);
            return y;
        });
    }

    private List<RowWork> works(List<CachedSequence> rows, Tokens x, float[] y) {
        return IntStream.range(0, rows.size()).mapToObj(row -> new RowWork(plan, rows.get(row), x, row, y)).toList();
    }

    private void run(List<RowWork> works, List<RowCopy> copies, Pass pass) {
        rounds.run(works, copies, pass, plan, () -> false);
    }

    /** Does work as the only thread, on a device that is as good as new. */
    private float[] exclusively(Supplier<float[]> work) {
        if (closed) {
            throw new CacheException("the module is closed; build a new one");
        }
        if (!lock.tryLock()) {
            throw new DeviceException(
                    "the module is computing for another thread; use one module a thread or take turns");
        }
        try {
            plan.device().recover(cache);
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private Reservation reserve(List<CachedSequence> rows, Tokens x) {
        List<Append> appends = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            appends.add(new Append(rows.get(row), x.length(row)));
        }
        return cache.reserve(appends);
    }

    /**
     * Waits for the call that another thread may be in, then releases the device's memory and the cache; sequences are
     * closed. A second call does nothing.
     */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            cache.close();
            plan.device().close();
        } finally {
            lock.unlock();
        }
    }
}
