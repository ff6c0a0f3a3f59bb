package org.tornadomla.spark;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * A program for spark-submit: reads parquet, computes, writes parquet, and goes on where it was when it is started
 * again.
 */
@PublicApi
public final class Batch {

    private static final String USAGE = """
            spark-submit --class org.tornadomla.spark.Batch ... --model MODEL --in IN.parquet --out OUT.parquet
              --task TASK          generate (default), score or embed
              --key COLUMNS        columns that tell rows apart, separated by commas; by default the text
              --parts N            partitions, each a file; by default four for each task that runs at once
              --batch N, --cache-tokens N, --engine ENGINE, --device N, --weights FORMAT
              --no-begin-token     no begin token before a text
            generate: --prompt COLUMN (prompt) or --messages COLUMN, --max-tokens N (64), --temperature T (0), --top-k N,
                      --top-p P, --stop TEXT, --seed N; columns of such names (max_tokens, seed, ...) count for their row
            score:    --text COLUMN (text), --context COLUMN
            embed:    --text COLUMN (text), --pooling mean|last (mean)
            """;

    private final BatchArguments arguments;

    private Batch(BatchArguments arguments) {
        this.arguments = arguments;
    }

    /** Runs a job; the options are above, and in docs/spark.md. */
    public static void main(String[] arguments) {
        int status = run(System.out, System.err, arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /**
     * Runs a job to its end, and that of Spark. A JVM that ended by itself would take the executors along, for which a
     * cluster in the same JVM tries to start others, and says in many lines that it cannot, below what happened.
     *
     * @return 2 when nothing was begun, since an option is wrong, 1 when the job failed
     */
    static int run(PrintStream out, PrintStream err, String... given) {
        try {
            BatchArguments arguments = new BatchArguments(given);
            String done;
            try (SparkSession spark = session(arguments)) {
                done = new Batch(arguments).run(spark);
            }
            out.println(done);
            return 0;
        } catch (ConfigurationException e) {
            err.println("error: " + e.getMessage() + "\n\n" + USAGE);
            return 2;
        } catch (Exception failure) {
            err.println("error: the job failed: " + reason(failure) + "\nWhat came before is in Spark's log. Rows that"
                    + " are finished stay, and the same command goes on behind them.");
            return 1;
        }
    }

    /** The first line of what was thrown first. */
    private static String reason(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first.toString().lines().findFirst().orElse("");
    }

    /**
     * Runs a job.
     *
     * @return what was done, in words
     * @throws ConfigurationException when an option is unknown, missing or out of range
     */
    static String run(String... given) {
        BatchArguments arguments = new BatchArguments(given);
        return new Batch(arguments).run(session(arguments));
    }

    private static SparkSession session(BatchArguments arguments) {
        return SparkSession.builder().appName("tornado-mla " + arguments.task())
                .config(SparkSetup.configure(new SparkConf())).getOrCreate();
    }

    private String run(SparkSession spark) {
        Dataset<Row> rows = spark.read().parquet(arguments.get("in"));
        UnaryOperator<Dataset<Row>> work = work();
        int parts = arguments.number("parts", 4 * spark.sparkContext().defaultParallelism());
        ResumedOutput output = new ResumedOutput(arguments.get("out"), keys(), parts, arguments.job());
        long before = output.write(rows, work);
        long all = spark.read().parquet(arguments.get("out")).count();
        return all + " rows in " + arguments.get("out") + ", " + before + " of them from an earlier run";
    }

    private List<String> keys() {
        List<String> named = arguments.list("key");
        if (!named.isEmpty()) {
            return named;
        }
        if (arguments.has("messages")) {
            throw new ConfigurationException("--messages needs --key, columns that tell rows apart");
        }
        return List.of(arguments.task().equals("generate")
                ? arguments.get("prompt", "prompt")
                : arguments.get("text", "text"));
    }

    private SparkModel model() {
        SparkModel model = SparkModel.of(arguments.get("model"))
                .withEngine(arguments.get("engine", "auto"), arguments.find("device"))
                .withCacheTokens(arguments.number("cache-tokens", 8192)).withBatch(arguments.number("batch", 8));
        return arguments.has("weights") ? model.withWeights(arguments.get("weights")) : model;
    }

    private UnaryOperator<Dataset<Row>> work() {
        SparkModel model = model();
        return switch (arguments.task()) {
            case "generate" -> {
                AnswerOptions options = answers();
                yield rows -> model.generate(rows, options);
            }
            case "score" -> {
                ScoreOptions options = new ScoreOptions(arguments.get("text", "text"), arguments.find("context"),
                        !arguments.has("no-begin-token"));
                yield rows -> model.score(rows, options);
            }
            default -> {
                EmbedOptions options = new EmbedOptions(arguments.get("text", "text"), pooling(),
                        !arguments.has("no-begin-token"));
                yield rows -> model.embed(rows, options);
            }
        };
    }

    private AnswerOptions answers() {
        return new AnswerOptions(arguments.get("prompt", "prompt"), arguments.find("messages"), keys(),
                arguments.number("seed", 0L), arguments.number("max-tokens", 64), arguments.number("temperature", 0.0),
                arguments.number("top-k", 0), arguments.number("top-p", 1.0),
                arguments.has("stop") ? List.of(arguments.get("stop")) : List.of(), !arguments.has("no-begin-token"));
    }

    private EmbedOptions.Pooling pooling() {
        String name = arguments.get("pooling", "mean");
        try {
            return EmbedOptions.Pooling.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new ConfigurationException("--pooling is " + name + ", must be mean or last");
        }
    }
}
