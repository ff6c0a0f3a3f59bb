package org.tornadomla.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.MlaException;

/**
 * Who is computed in the next round, for one thread at a time: lets texts in as the cache has room, oldest first, puts
 * rounds together, gives up texts that ended and puts the youngest back when the cache is full.
 */
final class Rota {

    private static final Comparator<RunningText> BY_AGE = Comparator.comparingLong(RunningText::number);

    private static final int[] NO_DRAFTS = {};

    private final @Nullable Fallback devices;
    private final SchedulerOptions options;
    private final TreeSet<RunningText> outside = new TreeSet<>(BY_AGE);
    private final TreeSet<RunningText> running = new TreeSet<>(BY_AGE);
    private final KeptTexts kept = new KeptTexts();
    /** Everybody in one of the two, for threads that cancel. */
    private final Set<Generation> all = ConcurrentHashMap.newKeySet();
    private volatile Decoder decoder;
    private final AtomicInteger preemptions = new AtomicInteger();
    private volatile int runningNow;
    private volatile PrefixStatistics prefixes = PrefixStatistics.NONE;
    private volatile DraftStatistics drafts = DraftStatistics.NONE;

    /** @param devices where to go on when a device fails; null for nowhere */
    Rota(Decoder decoder, @Nullable Fallback devices, SchedulerOptions options) {
        this.decoder = decoder;
        this.devices = devices;
        this.options = options;
        options.speculation().ifPresent(guessing -> guessing.check(decoder, devices));
    }

    Decoder decoder() {
        return decoder;
    }

    /** How often a text gave its pages back to be computed again. */
    int preemptions() {
        return preemptions.get();
    }

    /** Most texts that may run. */
    int most() {
        return options.running() > 0 ? options.running() : decoder.batch();
    }

    /** Texts that are not done. */
    int texts() {
        return outside.size() + running.size();
    }

    /** Texts that have rows in the cache; from any thread. */
    int running() {
        return runningNow;
    }

    /** What was shared, and what is kept; from any thread. */
    PrefixStatistics prefixes() {
        return prefixes;
    }

    /** What guesses did for all texts so far; from any thread. */
    DraftStatistics drafts() {
        return drafts;
    }

    /** Gives the memory of texts that ended back. */
    void forgetTexts() {
        kept.clear();
        prefixes = prefixes.withKept(kept);
    }

    void add(RunningText text) {
        all.add(text.generation());
        outside.add(text);
    }

    /** Cancels every text; from any thread. */
    void cancelAll() {
        all.forEach(Generation::cancel);
    }

    /** Computes one round, where there is a text to compute. */
    void round() {
        try {
            oneRound();
        } finally {
            runningNow = running.size();
            prefixes = prefixes.withKept(kept);
        }
    }

    private void oneRound() {
        for (RunningText text : List.copyOf(running)) {
            endIf(text, text.generation().isCancelled(), FinishReason.CANCELLED);
        }
        for (RunningText text : List.copyOf(outside)) {
            endIf(text, text.generation().isCancelled(), FinishReason.CANCELLED);
        }
        try {
            letIn();
            if (!running.isEmpty()) {
                compute();
            }
        } catch (DeviceException e) {
            deviceFailed(e);
        } catch (RuntimeException e) {
            // Nobody knows whose fault it is, so it is that of all who had a part in it.
            List.copyOf(running.isEmpty() ? outside : running).forEach(text -> fail(text, e));
        } catch (Error e) {
            List.copyOf(running).forEach(text -> fail(text, e));
            throw e;
        }
    }

    private void endIf(RunningText text, boolean ends, FinishReason reason) {
        if (ends) {
            keep(text);
            leave(text);
            text.generation().finish(reason);
        }
    }

    private void keep(RunningText text) {
        if (!options.keepsTexts() || !text.hasBegun()) {
            return;
        }
        try {
            if (text.computed() >= decoder.pageTokens()) {
                kept.keep(text.generation().tokens(0, text.computed()), text.sequence());
                text.handOver();
            }
        } catch (CacheException lost) {
            // The device failed in somebody else's hands, or the decoder is closed: there is nothing to keep.
            kept.clear();
        }
    }

    private void fail(RunningText text, Throwable failure) {
        leave(text);
        text.generation().fail(failure);
    }

    private void leave(RunningText text) {
        forgetDrafts(text);
        text.stop();
        running.remove(text);
        outside.remove(text);
        all.remove(text.generation());
    }

    private void putBack(RunningText text) {
        preemptions.incrementAndGet();
        forgetDrafts(text);
        text.stop();
        running.remove(text);
        outside.add(text);
    }

    private void deviceFailed(DeviceException failure) {
        kept.clear();
        if (devices == null) {
            List.copyOf(running).forEach(text -> fail(text, failure));
            return;
        }
        List.copyOf(running).forEach(this::putBack);
        try {
            decoder = devices.next(failure);
        } catch (DeviceException last) {
            List.copyOf(outside).forEach(text -> fail(text, last));
        }
    }

    // Letting in

    private void letIn() {
        if (!outside.isEmpty() && kept.size() > 0) {
            // What a failed device took along must be known before anybody begins with it.
            decoder.recover();
        }
        for (RunningText text : List.copyOf(outside)) {
            if (running.size() >= most()) {
                return;
            }
            try {
                decoder.checkText(text.generation().tokens(0, text.generation().length()));
            } catch (MlaException e) {
                fail(text, e);
                continue;
            }
            Prefix prefix = prefix(text);
            if (prefix.grows()) {
                // What they have in common is being computed; it waits to share it.
                continue;
            }
            if (!letIn(text, prefix)) {
                return;
            }
        }
    }

    /** Lets a text in that there is room for. What it begins with is its own before room is made for the rest. */
    private boolean letIn(RunningText text, Prefix prefix) {
        Sequence begun = begin(prefix);
        int more = text.generation().length() + 1 - begun.length();
        boolean fits = fits(more);
        while (!fits && kept.dropOne()) {
            fits = fits(more);
        }
        if (!fits && !running.isEmpty()) {
            begun.close();
            return false;
        }
        start(text, begun);
        return true;
    }

    /**
     * What a text that waits has in common with another.
     *
     * @param source the rows; null for none
     * @param shared how many of them are its own too
     * @param grows  whether more of them are being computed
     */
    private record Prefix(@Nullable Sequence source, int shared, boolean grows) {
    }

    /** The longest beginning that is in the cache or is being computed; less than a page is not worth it. */
    private Prefix prefix(RunningText text) {
        int most = text.generation().length() - 1;
        int least = decoder.pageTokens();
        KeptTexts.@Nullable Kept ended = kept.closest(text.generation().tokens(0, most));
        int common = ended == null ? 0 : ended.common(text.generation().tokens(0, most));
        @Nullable
        RunningText donor = donor(text, Math.max(least, common + least));
        if (donor != null) {
            int computed = text.common(donor, true);
            return new Prefix(donor.sequence(), Math.min(computed, most), computed < text.common(donor, false));
        }
        if (ended == null || common < least) {
            return new Prefix(null, 0, false);
        }
        kept.used(ended);
        return new Prefix(ended.sequence(), common, false);
    }

    /** The running text that has the longest beginning in common with a text; null where that is too short. */
    private @Nullable RunningText donor(RunningText text, int least) {
        @Nullable
        RunningText best = null;
        int longest = least - 1;
        for (RunningText other : running) {
            int common = text.common(other, false);
            if (common > longest) {
                longest = common;
                best = other;
            }
        }
        return best;
    }

    private boolean fits(int tokens) {
        var statistics = decoder.statistics();
        return Math.ceilDiv(tokens, decoder.pageTokens()) <= statistics.pages() - statistics.usedPages();
    }

    private Sequence begin(Prefix prefix) {
        if (prefix.source() == null) {
            return decoder.open();
        }
        try {
            Sequence begun = prefix.source().fork();
            begun.truncate(prefix.shared());
            return begun;
        } catch (CacheException lost) {
            // The device failed in somebody else's hands, and all rows that were kept are gone with it.
            kept.clear();
            return decoder.open();
        }
    }

    private void start(RunningText text, Sequence begun) {
        int shared = begun.length();
        text.generation().begin(shared);
        if (shared > 0) {
            prefixes = prefixes.withHit(shared);
        }
        text.start(begun);
        outside.remove(text);
        running.add(text);
    }

    // Computing

    private void compute() {
        @Nullable
        Speculation guessing = options.speculation().orElse(null);
        boolean hidden = guessing != null && guessing.drafter().wantsHidden();
        while (!running.isEmpty()) {
            List<RoundPart> parts = fill(guessing);
            List<Outputs> outputs;
            try {
                outputs = decoder.choices(parts.stream().map(part -> part.continuation(hidden)).toList(),
                        parts.stream().map(part -> need(part.text())).toList(),
                        hidden ? EnumSet.allOf(Output.class) : EnumSet.of(Output.LOGITS), () -> false);
            } catch (CacheFullException full) {
                if (parts.stream().anyMatch(RoundPart::guesses)) {
                    // Nobody gives his pages up for guesses.
                    guessing = null;
                } else {
                    makeRoom(full);
                }
                continue;
            }
            handOn(parts, outputs);
            return;
        }
    }

    /**
     * The next token of every text that is through with its prompt, with guesses of those behind it, then parts of
     * prompts, oldest first.
     */
    private List<RoundPart> fill(@Nullable Speculation guessing) {
        List<RoundPart> parts = new ArrayList<>();
        int room = decoder.chunkTokens();
        int spare = Math.min(room, decoder.outputs())
                - (int) running.stream().filter(text -> text.missing() == 1).count();
        for (RunningText text : running) {
            if (text.missing() == 1) {
                int[] drafts = guessing == null ? NO_DRAFTS : drafts(text, guessing, spare);
                parts.add(new RoundPart(text, 1, drafts));
                room -= 1 + drafts.length;
                spare -= drafts.length;
            }
        }
        // Prompts go on, however many texts run.
        room = Math.max(1, options.sliceTokens() > 0 ? Math.min(room, options.sliceTokens()) : room);
        for (RunningText text : running) {
            if (text.missing() > 1 && room > 0) {
                int take = Math.min(room, text.missing());
                parts.add(new RoundPart(text, take));
                room -= take;
            }
        }
        return parts;
    }

    /** What is needed of a text's logits: what those need that may follow it, too. */
    private Candidates need(RunningText text) {
        Candidates own = text.generation().candidates();
        return outside.stream().allMatch(other -> other.generation().candidates().equals(own))
                ? own
                : Candidates.ALL_LOGITS;
    }

    /** Guesses of what follows the next token, no more than the text may still have. */
    private int[] drafts(RunningText text, Speculation guessing, int spare) {
        Generation generation = text.generation();
        int most = Math.min(Math.min(spare, guessing.tokens()),
                Math.min(generation.tokensLeft() - 1, decoder.maxSequenceTokens() - generation.length()));
        return most < 1 || !generation.hasAnswer() ? NO_DRAFTS : guessing.drafter().draft(text, most);
    }

    /** Gives up a text that ended, or puts the youngest back; one that is alone has all the room that there is. */
    private void makeRoom(CacheFullException full) {
        if (kept.dropOne()) {
            return;
        }
        if (running.size() == 1) {
            fail(running.first(), full);
        } else {
            putBack(running.last());
        }
    }

    private void handOn(List<RoundPart> parts, List<Outputs> outputs) {
        List<RunningText> complete = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            RoundPart part = parts.get(i);
            if (part.completes()) {
                complete.add(part.text());
                List<RunningText> followers = part.guesses() ? List.of() : followers(part.text());
                advance(part.text(), outputs.get(i).logits(), part.drafts());
                for (RunningText follower : followers) {
                    complete.add(follower);
                    advance(follower, outputs.get(i).logits(), NO_DRAFTS);
                }
            }
            tellDrafter(part, outputs.get(i).hidden());
        }
        for (RunningText text : complete) {
            endIf(text,
                    running.contains(text)
                            && (text.generation().ended() || text.computed() == decoder.maxSequenceTokens()),
                    FinishReason.SEQUENCE_FULL);
        }
    }

    /** Gives a drafter the hidden states of rows that stand. */
    private void tellDrafter(RoundPart part, float[][] hidden) {
        RunningText text = part.text();
        int stand = running.contains(text) ? text.computed() - part.from() : 0;
        if (stand > 0 && hidden.length > 0 && text.generation().length() > text.computed()) {
            options.speculation().orElseThrow().drafter().computed(text, part.from(), Arrays.copyOf(hidden, stand));
        }
    }

    private void forgetDrafts(RunningText text) {
        options.speculation().ifPresent(guessing -> guessing.drafter().leave(text));
    }

    /** Texts with the very tokens that another has just computed run from there on, with the same logits. */
    private List<RunningText> followers(RunningText leader) {
        List<RunningText> followers = new ArrayList<>();
        for (RunningText text : List.copyOf(outside)) {
            if (running.size() < most() && text.generation().length() == leader.computed()
                    && text.common(leader, true) == leader.computed()) {
                start(text, leader.sequence().fork());
                followers.add(text);
            }
        }
        return followers;
    }

    /**
     * Chooses the next tokens of a text: one and, as long as what is chosen was guessed, one more. Rows of guesses that
     * were wrong are given up.
     *
     * @param logits [1 + guesses, vocabulary] what follows its last token, and each guess
     */
    private void advance(RunningText text, float[][] logits, int... guesses) {
        Generation generation = text.generation();
        boolean answered = generation.hasAnswer();
        int right = 0;
        int chosen = 0;
        try {
            // One that is cancelled ends at the beginning of the next round, without another token.
            while (chosen == right && !generation.ended() && !generation.isCancelled()) {
                int id = generation.next(logits[chosen]);
                if (chosen < guesses.length && guesses[chosen] == id) {
                    right++;
                }
                chosen++;
            }
        } catch (RuntimeException e) {
            fail(text, e);
            return;
        } catch (Error e) {
            fail(text, e);
            throw e;
        }
        if (answered) {
            generation.drafted(guesses.length, right, chosen);
            drafts = drafts.with(guesses.length, right, chosen);
        }
        if (guesses.length > 0) {
            text.sequence().truncate(generation.length() - (chosen == 0 ? 0 : 1));
        }
    }
}
