package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** The program for spark-submit, from parquet to parquet, and what it leaves when it is killed. */
class BatchTest {

    private static final int ROWS = 24;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static String in;

    @BeforeAll
    static void start() {
        spark = LocalSpark.alone(folder);
        in = folder.resolve("in.parquet").toString();
        Prompts.dataset(spark, ROWS).coalesce(1).write().parquet(in);
    }

    @AfterAll
    static void stop() {
        spark.stop();
        SparkModel.closeUnused();
    }

    private static String[] arguments(String out, String... more) {
        return Stream
                .concat(Stream.of("--model", OneMachine.MODEL.toString(), "--in", in, "--out", out), Stream.of(more))
                .toArray(String[]::new);
    }

    private static Set<Path> parts(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).collect(Collectors.toSet());
        }
    }

    private static Map<Long, String> answers(Path out) {
        Map<Long, String> answers = new HashMap<>();
        for (Row row : spark.read().parquet(out.toString()).collectAsList()) {
            String before = answers.put(row.getAs("id"), row.getAs("answer"));
            assertEquals(null, before, "a row is there twice");
        }
        return answers;
    }

    /** A job that was killed leaves the files of finished partitions; files that are not there are computed again. */
    @Test
    void aSecondRunComputesWhatIsMissing() throws IOException {
        Path out = folder.resolve("out.parquet");
        String[] arguments = arguments(out.toString(), "--key", "id", "--parts", "3", "--seed", "7");
        assertEquals(ROWS + " rows in " + out + ", 0 of them from an earlier run", Batch.run(arguments));
        Map<Long, String> all = answers(out);
        OneMachine.answers(Prompts.rows(ROWS), 7, 8)
                .forEach((id, result) -> assertEquals(result.text(), all.get(id), "row " + id));
        Set<Path> first = parts(out);
        assertEquals(3, first.size(), "a partition is a file");
        Path lost = first.iterator().next();
        Files.delete(lost);
        long left = spark.read().parquet(out.toString()).count();
        assertEquals(ROWS + " rows in " + out + ", " + left + " of them from an earlier run", Batch.run(arguments));
        assertEquals(all, answers(out));
        assertTrue(parts(out).containsAll(first.stream().filter(file -> !file.equals(lost)).toList()),
                "files that were there stay");
        assertEquals(ROWS + " rows in " + out + ", " + ROWS + " of them from an earlier run", Batch.run(arguments));
        assertRefused("has results of another job (generate --key id --model",
                arguments(out.toString(), "--key", "id", "--seed", "8"));
        assertRefused("does not say of which job", arguments(in, "--key", "id"));
    }

    @Test
    void scoresAndEmbeddings() {
        Path scores = folder.resolve("scores.parquet");
        Batch.run(arguments(scores.toString(), "--task", "score", "--text", "prompt", "--parts", "1"));
        assertEquals(ROWS, spark.read().parquet(scores.toString()).where("log_likelihood < -1 and tokens > 3").count());
        Path vectors = folder.resolve("vectors.parquet");
        Batch.run(arguments(vectors.toString(), "--task", "embed", "--text", "prompt", "--pooling", "last", "--parts",
                "1", "--weights", "bf16"));
        assertEquals(ROWS, spark.read().parquet(vectors.toString()).where("size(embedding) = 192").count());
    }

    @Test
    void whatIsWrongIsSaid() {
        assertRefused("unknown option --modell", "--modell", "x");
        assertRefused("unknown option in.parquet", "in.parquet");
        assertRefused("--model is missing", "--in", "x", "--out", "y");
        assertRefused("--out needs a value", "--model", "m", "--in", "x", "--out");
        assertRefused("--task is guess, must be generate, score or embed", arguments("o", "--task", "guess"));
        assertRefused("--top-k is no option of the task embed", arguments("o", "--task", "embed", "--top-k", "3"));
        assertRefused("--parts is many, must be a number", arguments("o", "--parts", "many"));
        assertRefused("parts is 0, must be at least 1", arguments("o", "--parts", "0"));
        assertRefused("--messages needs --key", arguments("o", "--messages", "prompt"));
        assertRefused("--pooling is sum, must be mean or last",
                arguments("o", "--task", "embed", "--text", "prompt", "--pooling", "sum"));
        assertRefused("temperature is -1.0", arguments("o", "--temperature", "-1"));
        assertThrows(ConfigurationException.class, () -> new ResumedOutput("o", List.of(), 1, "j"));
        assertFalse(Files.exists(Path.of("o")), "nothing was begun");
    }

    private static void assertRefused(String message, String... arguments) {
        String said = assertThrows(ConfigurationException.class, () -> Batch.run(arguments)).getMessage();
        assertTrue(said.contains(message), said);
    }

    @Test
    void executorsGetTheLibrarysOptions() {
        SparkConf conf = new SparkConf(false).set("spark.executor.extraJavaOptions", "-Da=b");
        SparkSetup.configure(SparkSetup.configure(conf));
        String options = conf.get("spark.executor.extraJavaOptions");
        assertTrue(options.startsWith("-Da=b --add-modules=jdk.incubator.vector "), options);
        assertEquals(options.indexOf("CompileThresholdScaling"), options.lastIndexOf("CompileThresholdScaling"));
        assertTrue(options.contains(SparkSetup.driverOptions()), options);
        assertEquals("true", conf.get("spark.excludeOnFailure.enabled"));
        SparkConf chosen = new SparkConf(false).set("spark.excludeOnFailure.enabled", "false");
        assertEquals("false", SparkSetup.configure(chosen).get("spark.excludeOnFailure.enabled"));
    }
}
