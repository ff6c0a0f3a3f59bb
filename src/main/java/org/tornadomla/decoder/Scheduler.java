package org.tornadomla.decoder;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;
import org.tornadomla.error.QueueFullException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * Writes many texts with one decoder: texts come and go between rounds, and each gets the tokens that it would get
 * alone.
 *
 * <pre>{@code
 * try (Scheduler scheduler = new Scheduler(decoder, tokenizer, SchedulerOptions.defaults())) {
 *     scheduler.start();
 *     Generation text = scheduler.submit(request, (id, piece) -> System.out.print(piece));
 *     GenerationResult result = text.await();
 * }
 * }</pre>
 *
 * <p>A round takes the next token of every running text and, in what room is left, parts of prompts, so that nobody
 * waits for another's whole prompt. Where the cache is full, the youngest text gives its pages back and is computed
 * again later, without choosing anything anew. Where {@link SchedulerOptions#withKeptTexts} says so, the rows of texts
 * that ended serve those that begin as they did. Random numbers are a text's own. Failures are a text's own too: what
 * its listener throws, logits that are no numbers, a prompt that is too long. When a device fails, all texts that have
 * rows on it fail, unless there is another device to go on with.
 *
 * <p>Computes on a thread of its own after {@link #start}, or on the thread that calls {@link #runUntilIdle}. All
 * methods may be called from any thread.
 */
@PublicApi
public final class Scheduler implements AutoCloseable {

    private final Rota rota;
    private final @Nullable TextTokenizer tokenizer;
    private final SchedulerOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<
            RunningText> arrivals = new PriorityQueue<>(Comparator.comparingLong(RunningText::number));
    private final ReentrantLock computing = new ReentrantLock();
    private long submitted;
    private int inside;
    private boolean closed;
    private @Nullable Thread thread;

    /**
     * A scheduler of texts.
     *
     * @param decoder   stays the caller's to close
     * @param tokenizer turns tokens into text, and stays the caller's to close; null for token ids alone, without stop
     *                      strings
     */
    public Scheduler(Decoder decoder, @Nullable TextTokenizer tokenizer, SchedulerOptions options) {
        this(new Rota(decoder, null, options), tokenizer, options);
    }

    /**
     * A scheduler that goes on with the next device when one fails. There it computes prompts and tokens so far again,
     * and then chooses further ones.
     *
     * @param devices stays the caller's to close
     */
    public Scheduler(Fallback devices, @Nullable TextTokenizer tokenizer, SchedulerOptions options) {
        this(new Rota(devices.decoder(), devices, options), tokenizer, options);
    }

    private Scheduler(Rota rota, @Nullable TextTokenizer tokenizer, SchedulerOptions options) {
        this.rota = rota;
        this.tokenizer = tokenizer;
        this.options = options;
    }

    /**
     * Takes a request on; it is computed when its turn comes.
     *
     * @param listener told of each token, on the thread that computes
     * @return the text, to wait for or to cancel
     * @throws QueueFullException     when as many requests wait as may wait
     * @throws ConfigurationException when there are stop strings and no tokenizer
     * @throws ShapeException         when an id of the prompt is not in the vocabulary
     * @throws MlaException           when the scheduler is closed
     */
    public Generation submit(GenerationRequest request, TokenListener listener) {
        return submit(request, TokenRule.NONE, listener);
    }

    /**
     * {@link #submit(GenerationRequest, TokenListener)} with a say in the tokens.
     *
     * @param rule of this text alone
     */
    public Generation submit(GenerationRequest request, TokenRule rule, TokenListener listener) {
        Generation generation = prepare(rota.decoder(), tokenizer, request, rule, listener);
        submit(generation);
        return generation;
    }

    /** A text to be written; nothing is computed yet. */
    static Generation prepare(Decoder decoder, @Nullable TextTokenizer tokenizer, GenerationRequest request,
            TokenRule rule, TokenListener listener) {
        if (tokenizer == null && !request.stops().isEmpty()) {
            throw new ConfigurationException("stops has " + request.stops().size()
                    + " texts, and there is no tokenizer to see them with; give one or no stops");
        }
        decoder.checkIds(request.promptIds());
        return new Generation(request,
                tokenizer == null ? null : tokenizer.continuationDetokenizer(rule.showsSpecialTokens()),
                new Sampler(request.sampling(), tokenizer == null ? null : tokenizer.knownIds()), rule,
                endTokens(decoder, tokenizer), listener);
    }

    /**
     * The ids that end a text: those of the configuration, and the tokenizer's end token.
     *
     * @hidden
     */
    @Internal
    public static List<Integer> endTokens(Decoder decoder, @Nullable TextTokenizer tokenizer) {
        List<Integer> ids = new ArrayList<>(decoder.model().eosTokenIds());
        if (tokenizer != null && tokenizer.endId().isPresent() && !ids.contains(tokenizer.endId().getAsInt())) {
            ids.add(tokenizer.endId().getAsInt());
        }
        return ids;
    }

    void submit(Generation generation) {
        lock.lock();
        try {
            if (closed) {
                throw new MlaException("the scheduler is closed; make a new one");
            }
            if (arrivals.size() >= options.waiting()) {
                throw new QueueFullException(options.waiting());
            }
            arrivals.add(new RunningText(generation, submitted++));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Texts that wait to be let in or that run. */
    public int unfinished() {
        lock.lock();
        try {
            return arrivals.size() + inside;
        } finally {
            lock.unlock();
        }
    }

    /** Texts that have rows in the cache. */
    public int running() {
        return rota.running();
    }

    /** How often a text had to give its pages back: many mean that the cache is too small for so many texts at once. */
    public int preemptions() {
        return rota.preemptions();
    }

    /** What was not computed again since another text had computed it. */
    public PrefixStatistics prefixes() {
        return rota.prefixes();
    }

    /** What guesses did for all texts together. */
    public DraftStatistics drafts() {
        return rota.drafts();
    }

    /** Computes on this thread until no text is left; a thread that comes second waits and takes over. */
    public void runUntilIdle() {
        while (round()) {
            // Everything happens in the condition.
        }
    }

    /**
     * One round: lets texts in, computes, and hands results on.
     *
     * @return whether there is more to do
     */
    boolean round() {
        computing.lock();
        try {
            for (RunningText text : takeArrivals()) {
                rota.add(text);
            }
            rota.round();
            lock.lock();
            try {
                inside = rota.texts();
                changed.signalAll();
                boolean more = !arrivals.isEmpty() || inside > 0;
                if (closed && !more) {
                    rota.forgetTexts();
                }
                return more;
            } finally {
                lock.unlock();
            }
        } finally {
            computing.unlock();
        }
    }

    /** The arrivals that there is room for; the others wait here, where they count. */
    private List<RunningText> takeArrivals() {
        lock.lock();
        try {
            List<RunningText> taken = new ArrayList<>();
            arrivals.removeIf(text -> {
                boolean over = text.generation().isCancelled();
                if (over) {
                    text.generation().finish(FinishReason.CANCELLED);
                }
                return over;
            });
            while (!arrivals.isEmpty() && rota.texts() + taken.size() < rota.most()) {
                taken.add(arrivals.poll());
            }
            inside = rota.texts() + taken.size();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Computes on a thread of the scheduler's own from now on; a second call does nothing. */
    public void start() {
        lock.lock();
        try {
            if (thread == null && !closed) {
                thread = Thread.ofPlatform().name("scheduler").daemon().start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (awaitWork()) {
            runUntilIdle();
        }
    }

    /** Waits until there is something to compute; false when there never will be. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (arrivals.isEmpty() && inside == 0) {
                if (closed) {
                    return false;
                }
                changed.awaitUninterruptibly();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no text is left; computes on this thread where the scheduler has none of its own. */
    public void drain() {
        lock.lock();
        try {
            while (thread != null && (!arrivals.isEmpty() || inside > 0)) {
                changed.awaitUninterruptibly();
            }
            if (thread != null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        runUntilIdle();
    }

    /** Cancels all texts that are not done, and waits for the round that runs; a second call does nothing. */
    @Override
    public void close() {
        @Nullable
        Thread own;
        lock.lock();
        try {
            closed = true;
            arrivals.forEach(text -> text.generation().cancel());
            own = thread;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        rota.cancelAll();
        if (computing.isHeldByCurrentThread()) {
            return;
        }
        runUntilIdle();
        if (own != null) {
            join(own);
        }
    }

    private static void join(Thread own) {
        boolean interrupted = false;
        while (own.isAlive()) {
            try {
                own.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
