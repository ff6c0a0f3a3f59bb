package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.LogLikelihood;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tokenizer.TextTokenizer;

/** Log-likelihoods and embeddings are those that a decoder gives of each text alone. */
class ReadTextsTest {

    /** Rows of several texts in one round differ from rows alone in their last bits. */
    private static final double TOLERANCE = 2e-4;
    private static final String QUESTION = "And Moses said unto the people, Hear";
    private static final List<String> TEXTS = List.of(" the word of the LORD.", "In the beginning", "X",
            "And the LORD spake unto Moses, saying, ".repeat(12), "");
    /** Smaller than the longest text, so that it is read in pieces. */
    private static final int OUTPUTS = 32;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static TextTokenizer tokenizer;
    private static Decoder decoder;

    private static final SparkModel MODEL = SparkModel.of(OneMachine.MODEL.toString()).withOutputs(OUTPUTS);

    @BeforeAll
    static void start() {
        spark = LocalSpark.alone(folder);
        tokenizer = TextTokenizer.load(OneMachine.MODEL);
        decoder = Decoder.load(OneMachine.MODEL, Targets.automatic(), DecoderOptions.defaults().withOutputs(OUTPUTS));
    }

    @AfterAll
    static void stop() {
        decoder.close();
        tokenizer.close();
        spark.stop();
        SparkModel.closeUnused();
        assertEquals(0, LoadedModels.count(), "a task kept a model");
    }

    private static Dataset<Row> texts() {
        StructType schema = new StructType().add("question", DataTypes.StringType).add("text", DataTypes.StringType);
        List<Row> rows = TEXTS.stream().map(text -> RowFactory.create(QUESTION, text)).toList();
        return spark.createDataFrame(rows, schema).coalesce(1);
    }

    private static double[] logs(int[] ids, int first) {
        double[] logs = new double[Math.max(0, ids.length - first)];
        try (Sequence sequence = decoder.open()) {
            for (int i = 0; i + 1 < ids.length; i++) {
                float[] logits = decoder.append(sequence, ids[i]);
                if (i + 1 >= first) {
                    logs[i + 1 - first] = LogLikelihood.of(logits, ids[i + 1]);
                }
            }
        }
        return logs;
    }

    private static void assertScores(Row row, int[] ids, int first) {
        double[] expected = logs(ids, first);
        double[] given = row.<Double>getList(row.fieldIndex("token_log_likelihoods")).stream().mapToDouble(d -> d)
                .toArray();
        assertArrayEquals(expected, given, TOLERANCE * 10);
        assertEquals(expected.length, row.<Integer>getAs("tokens"));
        assertEquals(Arrays.stream(ids).skip(first).boxed().toList(), row.getList(row.fieldIndex("token_ids")));
        assertEquals(Arrays.stream(given).sum(), row.getAs("log_likelihood"), 1e-9);
        assertNull(row.getAs("error"));
    }

    @Test
    void scoresOfTexts() {
        List<Row> rows = MODEL.score(texts(), ScoreOptions.defaults()).collectAsList();
        for (int i = 0; i < TEXTS.size(); i++) {
            assertScores(rows.get(i), tokenizer.encode(TEXTS.get(i), true), 1);
        }
    }

    @Test
    void scoresBehindAContext() {
        List<Row> rows = MODEL.score(texts(), ScoreOptions.defaults().withContext("question")).collectAsList();
        int[] before = tokenizer.encode(QUESTION, true);
        for (int i = 0; i < TEXTS.size(); i++) {
            int[] text = tokenizer.encode(TEXTS.get(i), false);
            int[] ids = Arrays.copyOf(before, before.length + text.length);
            System.arraycopy(text, 0, ids, before.length, text.length);
            assertScores(rows.get(i), ids, before.length);
        }
    }

    @Test
    void embeddingsAreMeansOrLastStates() {
        List<Row> means = MODEL.embed(texts(), EmbedOptions.defaults()).collectAsList();
        List<Row> last = MODEL.embed(texts(), EmbedOptions.defaults().withPooling(EmbedOptions.Pooling.LAST))
                .collectAsList();
        for (int i = 0; i < TEXTS.size() - 1; i++) {
            int[] ids = tokenizer.encode(TEXTS.get(i), true);
            float[][] states;
            try (Sequence sequence = decoder.open()) {
                states = decoder.hidden(sequence, ids);
            }
            float[] mean = new float[states[0].length];
            for (int j = 0; j < mean.length; j++) {
                int at = j;
                mean[j] = (float) Arrays.stream(states).mapToDouble(state -> state[at]).average().orElseThrow();
            }
            assertArrayEquals(mean, floats(means.get(i)), (float) TOLERANCE * 10, "text " + i);
            assertArrayEquals(states[ids.length - 1], floats(last.get(i)), (float) TOLERANCE * 100, "text " + i);
            assertEquals(ids.length, means.get(i).<Integer>getAs("tokens"));
        }
        Row empty = means.getLast();
        assertNull(empty.getAs("embedding"));
        assertTrue(empty.<String>getAs("error").contains("has a text without tokens"), empty::toString);
    }

    private static float[] floats(Row row) {
        List<Float> values = row.getList(row.fieldIndex("embedding"));
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    /** With one text at a time nothing depends on others, down to the last bit. */
    @Test
    void aBatchOfOneGivesTheSameBits() {
        SparkModel alone = MODEL.withBatch(1);
        List<Row> one = alone.embed(texts(), EmbedOptions.defaults()).collectAsList();
        List<Row> other = alone.embed(texts().limit(4).repartition(3), EmbedOptions.defaults()).collectAsList();
        for (Row row : other) {
            Row same = one.stream().filter(known -> known.getAs("text").equals(row.getAs("text"))).findFirst()
                    .orElseThrow();
            assertArrayEquals(floats(same), floats(row));
        }
    }

    @Test
    void whatCannotBeReadIsRefused() {
        Dataset<Row> rows = spark
                .sql("select id, if(id = 0, null, if(id = 1, repeat('And he said. ', 400), 'And')) as text"
                        + " from range(0, 3, 1, 1)");
        for (Dataset<Row> results : List.of(MODEL.score(rows, ScoreOptions.defaults()),
                MODEL.embed(rows, EmbedOptions.defaults()),
                MODEL.withCacheTokens(64).score(rows, ScoreOptions.defaults()))) {
            List<Row> all = results.collectAsList();
            assertTrue(all.get(0).<String>getAs("error").contains("column text is null"), all::toString);
            assertTrue(all.get(1).<String>getAs("error").contains("longer than a sequence may be"), all::toString);
            assertNull(all.get(2).getAs("error"));
        }
        assertThrows(ConfigurationException.class, () -> MODEL.score(rows, ScoreOptions.defaults().withText("id")));
        assertThrows(ConfigurationException.class, () -> MODEL.embed(rows, EmbedOptions.defaults().withText("none")));
    }

    /** A cache that holds one text at a time, and not the eight that are read together. */
    @Test
    void aSmallCacheTakesTextsOneAfterTheOther() {
        Dataset<Row> rows = spark.sql("select repeat('And he said. ', 20) as text from range(0, 8, 1, 1)");
        int tokens = tokenizer.encode("And he said. ".repeat(20), true).length;
        List<Row> all = MODEL.withCacheTokens(tokens + 16).score(rows, ScoreOptions.defaults()).collectAsList();
        assertEquals(8, all.size());
        all.forEach(row -> assertNull(row.getAs("error")));
        assertTrue(all.getFirst().<Double>getAs("log_likelihood") < -10);
    }
}
