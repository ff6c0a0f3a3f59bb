package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.error.ConfigurationException;

/** Answers of a session in this JVM. */
class SparkModelTest {

    private static final int ROWS = 40;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static final SparkModel MODEL = SparkModel.of(OneMachine.MODEL.toString());
    private static final AnswerOptions OPTIONS = AnswerOptions.defaults().withKeys("id").withSeed(7);

    @BeforeAll
    static void start() {
        spark = LocalSpark.alone(folder);
    }

    @AfterAll
    static void stop() {
        spark.stop();
        SparkModel.closeUnused();
        assertEquals(0, LoadedModels.count(), "a task kept a model");
    }

    private static Map<Long, Row> byId(Dataset<Row> rows) {
        Map<Long, Row> all = new HashMap<>();
        rows.collectAsList().forEach(row -> all.put(row.getAs("id"), row));
        return all;
    }

    /** Executors run in folders of their own, so that a path of the driver's leads nowhere there. */
    @Test
    void aModelThatAnExecutorDoesNotHaveIsNamedWithTheCure() {
        for (Path missing : List.of(Path.of("no-such-model"), folder.resolve("no-such-model").toAbsolutePath())) {
            ModelKey key = new ModelKey(missing.toString(), "jvm", null, 1, 64, 1, null);
            ConfigurationException refused = assertThrows(ConfigurationException.class, key::files);
            assertTrue(refused.getMessage().contains(missing.toAbsolutePath() + (missing.isAbsolute() ? ";" : ",")),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("absolute path that is there on every machine"),
                    refused.getMessage());
        }
    }

    @Test
    void answersAreThoseOfOneMachine() {
        Map<Long, GenerationResult> alone = OneMachine.answers(Prompts.rows(ROWS), 7, 1);
        List<Row> rows = MODEL.generate(Prompts.dataset(spark, ROWS).coalesce(1), OPTIONS).collectAsList();
        assertEquals(ROWS, rows.size());
        for (int i = 0; i < ROWS; i++) {
            Row row = rows.get(i);
            assertEquals(i, row.<Long>getAs("id"), "rows are in the input's order");
            GenerationResult expected = alone.get((long) i);
            assertEquals(expected.text(), row.getAs("answer"), () -> "row " + row);
            assertEquals(expected.ids().length, row.<Integer>getAs("answer_tokens"));
            assertEquals(expected.reason().name().toLowerCase(), row.getAs("finish_reason"));
            assertTrue(row.<Integer>getAs("prompt_tokens") > 3 && row.<Double>getAs("seconds") > 0, () -> "row " + row);
            assertNull(row.getAs("error"));
        }
        assertEquals(1, LoadedModels.count(), "two tasks share a model");
    }

    @Test
    void answersDependNeitherOnPartitionsNorOnOrder() {
        Dataset<Row> prompts = Prompts.dataset(spark, ROWS);
        Map<Long, Row> two = byId(MODEL.generate(prompts.coalesce(2), OPTIONS));
        Map<Long, Row> five = byId(MODEL.generate(prompts.orderBy(functions.col("id").desc()).repartition(5), OPTIONS));
        Map<Long, Row> otherSeed = byId(MODEL.generate(prompts.coalesce(2), OPTIONS.withSeed(8)));
        int others = 0;
        for (long id = 0; id < ROWS; id++) {
            assertEquals(two.get(id).<String>getAs("answer"), five.get(id).getAs("answer"), "row " + id);
            boolean sampled = id % 2 == 1;
            boolean same = two.get(id).getAs("answer").equals(otherSeed.get(id).getAs("answer"));
            assertTrue(same || sampled, "the likeliest tokens need no seed, row " + id);
            others += same ? 0 : 1;
        }
        assertTrue(others > ROWS / 4, "another seed gives other texts, " + others + " did");
    }

    @Test
    void rowsHaveOptionsOfTheirOwn() {
        StructType schema = new StructType().add("prompt", DataTypes.StringType).add("seed", DataTypes.LongType)
                .add("temperature", DataTypes.DoubleType).add("stop", DataTypes.createArrayType(DataTypes.StringType));
        String prompt = "Hear the word of the LORD,";
        List<Row> rows = MODEL
                .generate(spark.createDataFrame(
                        List.of(RowFactory.create(prompt, 1L, 1.5, null), RowFactory.create(prompt, 1L, 1.5, null),
                                RowFactory.create(prompt, 2L, 1.5, null), RowFactory.create(prompt, null, null, null),
                                RowFactory.create(prompt, null, null, new String[]{"ye"}),
                                RowFactory.create(prompt, null, -1.0, null), RowFactory.create(null, null, null, null)),
                        schema).coalesce(1), AnswerOptions.defaults().withMaxTokens(12))
                .collectAsList();
        assertEquals(rows.get(0).<String>getAs("answer"), rows.get(1).getAs("answer"));
        assertNotEquals(rows.get(0).<String>getAs("answer"), rows.get(2).getAs("answer"));
        assertTrue(rows.get(3).<String>getAs("answer").startsWith(" O ye"), () -> rows.get(3).toString());
        assertEquals("stop_string", rows.get(4).getAs("finish_reason"));
        assertEquals(" O ", rows.get(4).getAs("answer"));
        assertEquals("refused", rows.get(5).getAs("finish_reason"));
        assertTrue(rows.get(5).<String>getAs("error").contains("temperature is -1.0"), () -> rows.get(5).toString());
        assertTrue(rows.get(6).<String>getAs("error").contains("column prompt is null"), () -> rows.get(6).toString());
    }

    @Test
    void aPromptThatIsTooLongIsRefusedAndTheOthersGoOn() {
        List<Row> rows = MODEL.generate(spark
                .sql("select id, if(id = 1, repeat('And he said. ', 400), 'And he') as prompt from range(0, 3, 1, 1)"),
                AnswerOptions.defaults().withMaxTokens(2)).collectAsList();
        assertEquals(List.of("max_tokens", "refused", "max_tokens"),
                rows.stream().map(row -> row.<String>getAs("finish_reason")).toList());
        assertTrue(rows.get(1).<String>getAs("error").contains("longer than a sequence may be"),
                () -> rows.get(1).toString());
    }

    /** The small model has no template for conversations; one beside its files says who speaks. */
    @Test
    void conversationsAreWrittenByTheModelsTemplate() throws IOException {
        Dataset<Row> rows = spark.sql("select array(named_struct('role', 'user', 'content', 'Hear the word of the"
                + " LORD,')) as said from range(0, 1, 1, 1) union all select array()");
        AnswerOptions options = AnswerOptions.defaults().withMessages("said").withMaxTokens(3);
        String none = assertThrows(Exception.class, () -> MODEL.generate(rows, options).collectAsList()).toString();
        assertTrue(none.contains("has no chat template"), none);
        Path chat = Files.createDirectories(folder.resolve("chat"));
        try (Stream<Path> files = Files.list(OneMachine.MODEL)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(chat.resolve(file.getFileName()), file.toAbsolutePath());
            }
        }
        Files.writeString(chat.resolve("chat_template.jinja"), "{% for m in messages %}{{ m['content'] }}{% endfor %}");
        List<Row> answers = SparkModel.of(chat.toString()).generate(rows, options).collectAsList();
        assertTrue(answers.getFirst().<String>getAs("answer").startsWith(" O ye"), answers::toString);
        assertTrue(answers.getLast().<String>getAs("error").contains("column said has no messages"), answers::toString);
    }

    private static final AtomicInteger TAKEN = new AtomicInteger();

    /** A partition is not gathered: when its first answer is there, few rows have been asked for. */
    @Test
    void rowsAreTakenAsTheyAreNeeded() {
        TAKEN.set(0);
        Dataset<Row> counted = Prompts.dataset(spark, 200).coalesce(1).map((MapFunction<Row, Row>) row -> {
            TAKEN.incrementAndGet();
            return row;
        }, Encoders.row(Prompts.SCHEMA));
        MODEL.withBatch(2).generate(counted, OPTIONS).foreachPartition((ForeachPartitionFunction<Row>) rows -> {
            rows.next();
            int taken = TAKEN.get();
            if (taken > 6) {
                throw new AssertionError(taken + " rows were taken for one answer");
            }
        });
        assertTrue(TAKEN.get() > 1, "the rows were counted");
    }

    @Test
    void columnsAreCheckedBeforeAnythingRuns() {
        Dataset<Row> prompts = Prompts.dataset(spark, 1);
        assertRefused("there is no column question; the columns are id, prompt, max_tokens, temperature",
                () -> MODEL.generate(prompts, OPTIONS.withPrompt("question")));
        assertRefused("column id is bigint, must be a string", () -> MODEL.generate(prompts, OPTIONS.withPrompt("id")));
        assertRefused("column temperature is double, must be a string or a whole number",
                () -> MODEL.generate(prompts, OPTIONS.withKeys("temperature")));
        assertRefused("column prompt is string, must be an array of structs",
                () -> MODEL.generate(prompts, OPTIONS.withMessages("prompt")));
        assertRefused("the input has a column answer",
                () -> MODEL.generate(prompts.withColumn("answer", functions.lit("")), OPTIONS));
        assertRefused("column seed is string, must be a number",
                () -> MODEL.generate(prompts.withColumn("seed", functions.lit("")), OPTIONS));
        assertRefused("column stop is string, must be an array of strings",
                () -> MODEL.generate(prompts.withColumn("stop", functions.lit("")), OPTIONS));
        assertRefused("max-tokens is 0", () -> OPTIONS.withMaxTokens(0));
        assertRefused("weights is int3", () -> MODEL.withWeights("int3"));
        assertRefused("batch is 0", () -> MODEL.withBatch(0));
    }

    private static void assertRefused(String message, Executable call) {
        String said = assertThrows(ConfigurationException.class, call).getMessage();
        assertTrue(said.contains(message), said);
    }
}
