package org.tornadomla.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.FinishReason;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.error.CacheException;

/** One of the threads that ask one model for everything at once, and hold each answer against that of a fresh run. */
final class SoakWorker {

    private final Scheduler scheduler;
    private final Decoder decoder;
    private final SoakTexts texts;
    private final Path folder;
    private final SplittableRandom random;
    private final Counts counts;

    /** What happened. */
    record Counts(LongAdder texts, LongAdder cancelled, LongAdder walks, LongAdder full) {

        Counts() {
            this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }

        @Override
        public String toString() {
            return texts + " texts, " + cancelled + " cancelled, " + walks + " walks with forks and snapshots, " + full
                    + " that found the pool full";
        }
    }

    SoakWorker(Scheduler scheduler, Decoder decoder, SoakTexts texts, Path folder, SplittableRandom random,
            Counts counts) {
        this.scheduler = scheduler;
        this.decoder = decoder;
        this.texts = texts;
        this.folder = folder;
        this.random = random;
        this.counts = counts;
    }

    /**
     * One thing after another that a user may ask for.
     *
     * @throws AssertionError when an answer is not that of a fresh run
     */
    void step() throws IOException, InterruptedException {
        int index = random.nextInt(texts.count());
        switch (random.nextInt(4)) {
            case 0 -> whole(index);
            case 1 -> cancelled(index);
            default -> {
                if (texts.isGreedy(index)) {
                    walk(index);
                } else {
                    whole(index);
                }
            }
        }
    }

    private void whole(int index) throws InterruptedException {
        GenerationResult result = scheduler.submit(texts.request(index), (id, piece) -> {}).await();
        require(Arrays.equals(texts.answer(index), result.ids()), index, result.ids());
        counts.texts.increment();
    }

    private void cancelled(int index) throws InterruptedException {
        Generation generation = scheduler.submit(texts.request(index), (id, piece) -> {});
        Thread.sleep(random.nextInt(30));
        generation.cancel();
        GenerationResult result = generation.await();
        int[] begun = Arrays.copyOf(texts.answer(index), Math.min(result.ids().length, texts.answer(index).length));
        require(Arrays.equals(begun, result.ids()), index, result.ids());
        if (result.reason() == FinishReason.CANCELLED) {
            counts.cancelled.increment();
        }
    }

    /** A greedy text by hand: forked, cut, written to a file and restored on its way. */
    private void walk(int index) throws IOException {
        Path file = folder.resolve("walk-" + Thread.currentThread().threadId());
        int[] answer = texts.answer(index);
        try (Sequence sequence = decoder.open()) {
            int next = best(decoder.append(sequence, texts.request(index).promptIds()));
            int at = random.nextInt(answer.length);
            for (int i = 0; i < at; i++) {
                require(next == answer[i], index, new int[]{next});
                next = best(decoder.append(sequence, next));
            }
            try (Sequence fork = sequence.fork()) {
                decoder.append(fork, random.nextInt(1000));
                decoder.append(sequence, random.nextInt(1000));
                sequence.truncate(sequence.length() - 1);
                decoder.snapshot(sequence, file);
            }
            try (Sequence restored = decoder.restore(file)) {
                for (Sequence each : List.of(restored, sequence)) {
                    int id = next;
                    for (int i = at; i < answer.length; i++) {
                        require(id == answer[i], index, new int[]{id});
                        id = best(decoder.append(each, id));
                    }
                }
            }
            counts.walks.increment();
        } catch (CacheException full) {
            if (!full.getMessage().contains("page")) {
                throw full;
            }
            counts.full.increment();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private void require(boolean right, int index, int[] found) {
        if (!right) {
            throw new AssertionError("request " + index + " of " + Arrays.toString(texts.request(index).promptIds())
                    + " gave " + Arrays.toString(found) + ", alone it gives " + Arrays.toString(texts.answer(index)));
        }
    }
}
