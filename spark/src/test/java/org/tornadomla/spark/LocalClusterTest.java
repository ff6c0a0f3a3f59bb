package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.decoder.GenerationResult;

/**
 * Two executors in JVMs of their own. Their start alone takes as long as all other tests of the module, so that this is
 * run by {@code -Dmla.spark.rows=2000}, as docs/spark.md says.
 */
@Timeout(3000)
@EnabledIfSystemProperty(named = "mla.spark.rows", matches = "[1-9][0-9]*",
        disabledReason = "two executors take minutes; -Dmla.spark.rows=2000 runs them")
class LocalClusterTest {

    private static final int ROWS = Integer.getInteger("mla.spark.rows", 0);
    private static final int PARTS = 8;
    private static final SparkModel MODEL = SparkModel.of(OneMachine.MODEL.toString());
    private static final AnswerOptions OPTIONS = AnswerOptions.defaults().withKeys("id").withSeed(7);

    private static Map<Long, GenerationResult> alone;
    private static double aloneSeconds;

    @TempDir
    private Path folder;

    private SparkSession spark;

    @BeforeAll
    static void writeAlone() {
        OneMachine.answers(Prompts.rows(Math.min(ROWS, 200)), 7, 8);
        long begin = System.nanoTime();
        alone = OneMachine.answers(Prompts.rows(ROWS), 7, 8);
        aloneSeconds = (System.nanoTime() - begin) * 1e-9;
    }

    @BeforeEach
    void start() throws IOException {
        spark = Cluster.start(folder, 2);
        String in = in();
        Prompts.dataset(spark, ROWS).repartition(PARTS).write().parquet(in);
    }

    @AfterEach
    void stop() {
        spark.stop();
    }

    private String in() {
        return folder.resolve("in.parquet").toString();
    }

    private ResumedOutput output() {
        return new ResumedOutput(folder.resolve("out.parquet").toString(), List.of("id"), PARTS, "answers");
    }

    private static Dataset<Row> answers(Dataset<Row> prompts) {
        return MODEL.generate(prompts, OPTIONS);
    }

    private void assertAsAlone() {
        List<Row> rows = spark.read().parquet(folder.resolve("out.parquet").toString()).collectAsList();
        assertEquals(ROWS, rows.size(), "nothing is lost, and nothing doubled");
        Set<Long> seen = new HashSet<>();
        for (Row row : rows) {
            long id = row.<Long>getAs("id");
            assertTrue(seen.add(id), "row " + id + " is there twice");
            assertEquals(alone.get(id).text(), row.getAs("answer"), "row " + id);
            assertEquals(alone.get(id).ids().length, row.<Integer>getAs("answer_tokens"), "row " + id);
            assertNull(row.getAs("error"));
        }
    }

    private double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) * 1e-9;
    }

    /** The executors that a job ran on. */
    private Set<String> executors() {
        Dataset<Row> prompts = spark.read().parquet(in());
        return new HashSet<>(prompts.mapPartitions(new WhoComputes(), Encoders.STRING()).collectAsList());
    }

    @Test
    void twoExecutorsGiveWhatOneMachineGives() {
        assertEquals(2, executors().size(), "both executors compute");
        double first = seconds(() -> output().write(spark.read().parquet(in()), LocalClusterTest::answers));
        assertAsAlone();
        Dataset<Row> warm = answers(spark.read().parquet(in()));
        double second = seconds(() -> warm.write().parquet(folder.resolve("warm.parquet").toString()));
        double empty = seconds(
                () -> spark.read().parquet(in()).write().parquet(folder.resolve("empty.parquet").toString()));
        System.out.printf(
                "%d rows: one JVM without Spark %.1f s; two executors %.1f s with loading and compiling, then"
                        + " %.1f s; a job that only copies the rows %.2f s%n",
                ROWS, aloneSeconds, first, second, empty);
    }

    @Test
    void anExecutorIsKilledInTheMiddle() throws Exception {
        Path out = folder.resolve("out.parquet");
        CompletableFuture<Long> job = CompletableFuture
                .supplyAsync(() -> output().write(spark.read().parquet(in()), LocalClusterTest::answers));
        while (parts(out) == 0 && !job.isDone()) {
            Thread.sleep(20);
        }
        assertFalse(job.isDone(), "the job is over before the kill; take more rows");
        ProcessHandle victim = Cluster.executors().getFirst();
        victim.destroyForcibly();
        victim.onExit().join();
        job.join();
        assertAsAlone();
    }

    private static long parts(Path out) throws IOException {
        if (!Files.isDirectory(out)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count();
        }
    }

    /** The device of the executor that comes first fails; its tasks go to the other one. */
    @Test
    void anExecutorsDeviceFails() {
        String broken = folder.resolve("broken").toString();
        SparkModel model = MODEL.withEngine("auto", FailingDevice.PLACE);
        output().write(spark.read().parquet(in()), rows -> model
                .generate(rows.mapPartitions(new OneBreaks(broken), Encoders.row(Prompts.SCHEMA)), OPTIONS));
        assertAsAlone();
        assertTrue(Files.exists(Path.of(broken)), "a device was broken");
    }
}
