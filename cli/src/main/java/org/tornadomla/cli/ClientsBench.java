package org.tornadomla.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.decoder.TokenRule;

/**
 * Measures a scheduler as many clients at once see it: all begin together, each with a prompt of random ids of its own,
 * and each takes all the tokens that it asks for. A text chooses the likeliest token and never an end token.
 */
final class ClientsBench {

    /** The seed of the ids; they are the same in every run. */
    private static final long SEED = 1;

    private final Decoder decoder;
    private final int promptTokens;
    private final int answerTokens;

    /**
     * What some clients had, in nanoseconds where nothing else is said.
     *
     * @param clients how many at once
     * @param all     tokens a second of all of them, in the best repetition
     * @param each    tokens a second of one behind its first token, the median
     * @param first   times to first tokens, sorted
     */
    record Row(int clients, double all, double each, long[] first) {

        long firstAt(int percent) {
            return first[(int) ((first.length - 1L) * percent / 100)];
        }
    }

    /**
     * Times to a first token.
     *
     * @param shared tokens that both prompts begin with
     * @param first  of the first prompt, the best
     * @param second of one that begins with the whole first prompt, the best
     */
    record Turns(int shared, long first, long second) {
    }

    /** The times of one text. */
    private static final class Clock {

        private final long start = System.nanoTime();
        private long first;
        private long last;

        void token() {
            last = System.nanoTime();
            first = first == 0 ? last : first;
        }
    }

    ClientsBench(Decoder decoder, int promptTokens, int answerTokens) {
        this.decoder = decoder;
        this.promptTokens = promptTokens;
        this.answerTokens = answerTokens;
    }

    /** Measures numbers of clients, a repetition of each in turn; one of each goes before. */
    List<Row> measure(List<Integer> clients, int repetitions) {
        List<List<Clock>> clocks = new ArrayList<>();
        double[] best = new double[clients.size()];
        clients.forEach(_ -> clocks.add(new ArrayList<>()));
        for (int repetition = -1; repetition < repetitions; repetition++) {
            for (int i = 0; i < clients.size(); i++) {
                List<Clock> run = run(clients.get(i));
                if (repetition >= 0) {
                    long end = run.stream().mapToLong(clock -> clock.last).max().orElseThrow();
                    double seconds = (end - run.getFirst().start) / 1e9;
                    best[i] = Math.max(best[i], clients.get(i) * answerTokens / seconds);
                    clocks.get(i).addAll(run);
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            double[] each = clocks.get(i).stream()
                    .mapToDouble(clock -> (answerTokens - 1) * 1e9 / Math.max(1, clock.last - clock.first)).sorted()
                    .toArray();
            rows.add(new Row(clients.get(i), best[i], each[each.length / 2],
                    clocks.get(i).stream().mapToLong(clock -> clock.first - clock.start).sorted().toArray()));
        }
        return rows;
    }

    private List<Clock> run(int clients) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Clock> clocks = new ArrayList<>();
        try (Scheduler scheduler = new Scheduler(decoder, null, SchedulerOptions.defaults())) {
            List<Generation> texts = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                Clock clock = new Clock();
                clocks.add(clock);
                texts.add(submit(scheduler, ids(random, promptTokens), answerTokens, clock));
            }
            scheduler.runUntilIdle();
            texts.forEach(Generation::await);
        }
        return clocks;
    }

    /** Measures the first turn of a conversation and the next one, which begins with the whole of the first. */
    Turns turns(int shared, int repetitions) {
        long first = Long.MAX_VALUE;
        long second = Long.MAX_VALUE;
        for (int repetition = -1; repetition < repetitions; repetition++) {
            SplittableRandom random = new SplittableRandom(SEED + repetition);
            try (Scheduler scheduler = new Scheduler(decoder, null, SchedulerOptions.defaults().withKeptTexts(true))) {
                int[] prompt = ids(random, shared);
                Clock one = turn(scheduler, prompt);
                int[] longer = Arrays.copyOf(prompt, shared + promptTokens);
                System.arraycopy(ids(random, promptTokens), 0, longer, shared, promptTokens);
                Clock two = turn(scheduler, longer);
                if (repetition >= 0) {
                    first = Math.min(first, one.first - one.start);
                    second = Math.min(second, two.first - two.start);
                }
            }
        }
        return new Turns(shared, first, second);
    }

    private Clock turn(Scheduler scheduler, int... prompt) {
        Clock clock = new Clock();
        Generation text = submit(scheduler, prompt, 1, clock);
        scheduler.runUntilIdle();
        text.await();
        return clock;
    }

    private Generation submit(Scheduler scheduler, int[] prompt, int tokens, Clock clock) {
        return scheduler.submit(GenerationRequest.greedy(prompt, tokens), new NoEnd(), (id, piece) -> clock.token());
    }

    private int[] ids(SplittableRandom random, int count) {
        return random.ints(count, 0, decoder.model().vocabSize()).toArray();
    }

    /** Keeps end tokens out, so that every text has as many tokens as the others. */
    private final class NoEnd implements TokenRule {

        @Override
        public void prepare(float[] logits) {
            decoder.model().eosTokenIds().forEach(id -> logits[id] = Float.NEGATIVE_INFINITY);
        }
    }
}
