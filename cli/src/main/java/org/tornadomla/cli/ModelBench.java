package org.tornadomla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.Sequence;

/**
 * Measures a decoder as llama-bench measures a model: prompts of random ids at once (pp), and random ids one by one
 * (tg), each behind as many tokens in the cache as the depth says, which are not timed. One run of each goes before.
 */
final class ModelBench {

    /** The seed of the ids; they are the same in every run. */
    private static final long SEED = 1;

    /** In which form results are printed. */
    enum Output {
        MD,
        JSONL
    }

    /**
     * One thing to measure.
     *
     * @param prompt whether the tokens come at once
     * @param count  tokens that are timed
     * @param depth  tokens before them
     */
    record Test(boolean prompt, int count, int depth) {

        int tokens() {
            return Math.addExact(count, depth);
        }

        /** As llama-bench writes it: {@code pp512}, {@code tg128 @ d4096}. */
        @Override
        public String toString() {
            return (prompt ? "pp" : "tg") + count + (depth == 0 ? "" : " @ d" + depth);
        }
    }

    /**
     * What was measured.
     *
     * @param test  what
     * @param ours  tokens a second of each repetition
     * @param other the same of llama-bench, in turns; empty without one
     */
    record Row(Test test, double[] ours, double[] other) {

        static double mean(double[] values) {
            return Arrays.stream(values).average().orElse(Double.NaN);
        }

        static double deviation(double[] values) {
            double mean = mean(values);
            double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
            return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
        }

        /** The median of the ratios of neighbours. */
        double ratio() {
            double[] ratios = new double[Math.min(ours.length, other.length)];
            Arrays.setAll(ratios, i -> ours[i] / other[i]);
            Arrays.sort(ratios);
            return ratios.length == 0 ? Double.NaN : ratios[ratios.length / 2];
        }
    }

    private final Decoder decoder;
    private final Path model;
    private final int threads;
    private final double firstToken;

    /** Computes a first token, whose time since the start of the JVM is kept. */
    ModelBench(Decoder decoder, Path model, int threads) {
        this.decoder = decoder;
        this.model = model;
        this.threads = threads;
        try (Sequence sequence = decoder.open()) {
            decoder.append(sequence, 0);
        }
        this.firstToken = (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
    }

    int threads() {
        return threads;
    }

    /** Measures all tests, a repetition of ours and one of the other in turn. */
    List<Row> measure(List<Test> tests, int repetitions, Optional<LlamaBench> other)
            throws IOException, InterruptedException {
        double[][] ours = new double[tests.size()][repetitions];
        double[][] theirs = new double[tests.size()][other.isPresent() ? repetitions : 0];
        for (Test test : tests) {
            speed(test);
        }
        for (int repetition = 0; repetition < repetitions; repetition++) {
            for (int i = 0; i < tests.size(); i++) {
                ours[i][repetition] = speed(tests.get(i));
            }
            if (other.isPresent()) {
                Map<Test, Double> speeds = other.get().run(tests);
                for (int i = 0; i < tests.size(); i++) {
                    theirs[i][repetition] = speeds.get(tests.get(i));
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < tests.size(); i++) {
            rows.add(new Row(tests.get(i), ours[i], theirs[i]));
        }
        return rows;
    }

    /** Tokens a second. */
    private double speed(Test test) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] ids = random.ints(test.tokens(), 0, decoder.model().vocabSize()).toArray();
        try (Sequence sequence = decoder.open()) {
            if (test.depth() > 0) {
                decoder.append(sequence, Arrays.copyOf(ids, test.depth()));
            }
            long start = System.nanoTime();
            if (test.prompt()) {
                decoder.append(sequence, Arrays.copyOfRange(ids, test.depth(), ids.length));
            } else {
                for (int i = test.depth(); i < ids.length; i++) {
                    decoder.append(sequence, ids[i]);
                }
            }
            return test.count() * 1e9 / (System.nanoTime() - start);
        }
    }

    void print(PrintWriter out, List<Row> rows, Output output) {
        if (output == Output.JSONL) {
            rows.forEach(row -> out.println(json(row)));
            return;
        }
        boolean others = rows.stream().anyMatch(row -> row.other().length > 0);
        List<List<String>> table = new ArrayList<>();
        List<String> head = new ArrayList<>(
                List.of("model", "size", "params", "device", "threads", "weights", "test", "t/s"));
        if (others) {
            head.addAll(List.of("llama.cpp t/s", "ratio"));
        }
        table.add(head);
        for (Row row : rows) {
            List<String> line = new ArrayList<>(List.of(name(), Text.bytes(decoder.weightBytes()),
                    Text.count(decoder.model().parameters()), decoder.target().toString(), "" + threads,
                    decoder.weightType().name(), row.test().toString(), speed(row.ours())));
            if (others) {
                line.addAll(List.of(speed(row.other()), String.format(Locale.ROOT, "%.2f", row.ratio())));
            }
            table.add(line);
        }
        out.print(Text.table(table));
        out.println("first token after " + Text.seconds(firstToken) + ", peak of memory "
                + (ProcessMemory.peak().isPresent() ? Text.bytes(ProcessMemory.peak().getAsLong()) : "not known"));
    }

    private static String speed(double[] values) {
        return String.format(Locale.ROOT, "%.2f ± %.2f", Row.mean(values), Row.deviation(values));
    }

    private String name() {
        return model.toAbsolutePath().normalize().getFileName().toString();
    }

    private String json(Row row) {
        ObjectNode line = new ObjectMapper().createObjectNode();
        line.put("model_filename", model.toString()).put("model_size", decoder.weightBytes())
                .put("model_n_params", decoder.model().parameters()).put("device", decoder.target().toString())
                .put("n_threads", threads).put("weights", decoder.weightType().name())
                .put("cache", decoder.cacheType().name().toLowerCase(Locale.ROOT))
                .put("n_prompt", row.test().prompt() ? row.test().count() : 0)
                .put("n_gen", row.test().prompt() ? 0 : row.test().count()).put("n_depth", row.test().depth())
                .put("avg_ts", Row.mean(row.ours())).put("stddev_ts", Row.deviation(row.ours()));
        Arrays.stream(row.ours()).forEach(line.putArray("samples_ts")::add);
        if (row.other().length > 0) {
            Arrays.stream(row.other()).forEach(line.putArray("llama_bench_samples_ts")::add);
            line.put("ratio", row.ratio());
        }
        line.put("first_token_s", firstToken);
        ProcessMemory.peak().ifPresent(bytes -> line.put("peak_bytes", bytes));
        return line.toString();
    }
}
