package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a job ends: with a line on what came of it, its status, and Spark stopped before the JVM ends. */
class BatchEndTest {

    @TempDir
    private Path folder;
    private SparkSession spark;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private void start() {
        spark = LocalSpark.alone(folder);
        Prompts.dataset(spark, 2).coalesce(1).write().parquet(in());
    }

    @AfterEach
    void stop() {
        SparkModel.closeUnused();
    }

    private String in() {
        return folder.resolve("in.parquet").toString();
    }

    private int run(String... options) {
        return Batch.run(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), options);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aJobThatFailsSaysWhyAndStopsSpark() {
        start();
        String missing = folder.resolve("no-such-model").toString();
        assertEquals(1, run("--model", missing, "--in", in(), "--out", folder.resolve("o").toString(), "--key", "id",
                "--parts", "1"));
        assertTrue(said().startsWith("error: the job failed: org.tornadomla.error.ConfigurationException: "), said());
        assertTrue(said().lines().findFirst().orElseThrow().contains(missing), said());
        assertTrue(spark.sparkContext().isStopped());
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrongIsSaidWithTheUsage() {
        assertEquals(2, run("--modell", "x"));
        assertTrue(said().startsWith("error: unknown option --modell") && said().contains("spark-submit --class"),
                said());
    }

    @Test
    void aJobThatIsDoneSaysWhatItDid() {
        start();
        String scores = folder.resolve("scores").toString();
        assertEquals(0, run("--model", OneMachine.MODEL.toString(), "--in", in(), "--out", scores, "--task", "score",
                "--text", "prompt", "--parts", "1"));
        assertEquals("2 rows in " + scores + ", 0 of them from an earlier run\n", out.toString(StandardCharsets.UTF_8));
        assertTrue(spark.sparkContext().isStopped());
    }
}
