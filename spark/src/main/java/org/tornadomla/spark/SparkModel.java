package org.tornadomla.spark;

import java.io.Serializable;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;

/**
 * A model that Spark's executors compute with. Each of their JVMs loads it once, with its first task, and all tasks of
 * the JVM share it: their texts are written together.
 *
 * <pre>{@code
 * SparkModel model = SparkModel.of("/models/v2-lite").withBatch(16);
 * Dataset<Row> answers = model.generate(spark.read().parquet("prompts.parquet"), AnswerOptions.defaults());
 * answers.write().parquet("answers.parquet");
 * }</pre>
 *
 * <p>Results have the columns of the input and those that the method names, row by row in the input's order. A row that
 * the model refuses, such as a prompt that is too long, says so in its column {@code error}, and the others go on. A
 * device that fails ends the task with its message, so that Spark runs it again, elsewhere where {@link SparkSetup}
 * configured it. As everything in Spark, results are computed when they are asked for, and again each time: write them,
 * then read them.
 */
@PublicApi
public final class SparkModel implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ModelKey key;

    private SparkModel(ModelKey key) {
        this.key = key;
    }

    /**
     * A model: 8 texts at once, a cache of 8,192 tokens for all of them, the default device, weights as they are
     * stored.
     *
     * @param path folder or GGUF file, the same on every machine; or the relative name that {@code --archives} or
     *                 {@code --files} of spark-submit gave it
     */
    public static SparkModel of(String path) {
        return new SparkModel(new ModelKey(path, "auto", null, 8, 8192, 128, null));
    }

    /**
     * With a device that the user chose.
     *
     * @param engine {@code auto}, {@code jvm}, {@code opencl} or {@code tornadovm}
     * @param device number of the device among the engine's; null for the first
     * @throws org.tornadomla.error.MlaException when there is no such engine
     */
    public SparkModel withEngine(String engine, @Nullable String device) {
        return new SparkModel(
                new ModelKey(key.path(), engine, device, key.batch(), key.cacheTokens(), key.outputs(), key.weights()));
    }

    /** With other texts that go through the layers at once; 8 by default. */
    public SparkModel withBatch(int texts) {
        return new SparkModel(new ModelKey(key.path(), key.engine(), key.device(), texts, key.cacheTokens(),
                Math.max(key.outputs(), texts), key.weights()));
    }

    /** With another cache, for all texts that are written at once; 8,192 tokens by default. */
    public SparkModel withCacheTokens(int tokens) {
        return new SparkModel(new ModelKey(key.path(), key.engine(), key.device(), key.batch(), tokens, key.outputs(),
                key.weights()));
    }

    /**
     * With other rows that give log-likelihoods or hidden states at once; 128 by default. Each takes a row of the
     * vocabulary in memory.
     */
    public SparkModel withOutputs(int rows) {
        return new SparkModel(new ModelKey(key.path(), key.engine(), key.device(), key.batch(), key.cacheTokens(), rows,
                key.weights()));
    }

    /**
     * With weights in a number format.
     *
     * @param format name of one, such as {@code bf16} or {@code int8}; null for that of the files
     */
    public SparkModel withWeights(@Nullable String format) {
        return new SparkModel(new ModelKey(key.path(), key.engine(), key.device(), key.batch(), key.cacheTokens(),
                key.outputs(), format));
    }

    /**
     * Writes an answer to each row's prompt. Adds {@code answer}, {@code finish_reason} ({@code end_token},
     * {@code stop_string}, {@code max_tokens}, {@code sequence_full} or {@code refused}), {@code prompt_tokens},
     * {@code answer_tokens}, {@code seconds} and {@code error}.
     *
     * @throws org.tornadomla.error.ConfigurationException when a column is missing, of another type, or there already
     */
    public Dataset<Row> generate(Dataset<Row> rows, AnswerOptions options) {
        AnswerTask task = new AnswerTask(key, options, rows.schema());
        return map(rows, task, task.schema());
    }

    /**
     * Says how well the model expects each row's text. Adds {@code log_likelihood}, the sum of natural logarithms of
     * what the model gave each token, {@code tokens}, how many these are, {@code token_ids} and
     * {@code token_log_likelihoods}, an entry each, and {@code error}.
     *
     * @throws org.tornadomla.error.ConfigurationException when a column is missing, of another type, or there already
     */
    public Dataset<Row> score(Dataset<Row> rows, ScoreOptions options) {
        ScoreTask task = new ScoreTask(key, options, rows.schema());
        return map(rows, task, task.schema());
    }

    /**
     * Gives each row's text as a vector of the model's final hidden states. Adds {@code embedding}, hidden_size floats,
     * {@code tokens} and {@code error}.
     *
     * @throws org.tornadomla.error.ConfigurationException when a column is missing, of another type, or there already
     */
    public Dataset<Row> embed(Dataset<Row> rows, EmbedOptions options) {
        EmbedTask task = new EmbedTask(key, options, rows.schema());
        return map(rows, task, task.schema());
    }

    private static Dataset<Row> map(Dataset<Row> rows, MapPartitionsFunction<Row, Row> task, StructType schema) {
        return rows.mapPartitions(task, Encoders.row(schema));
    }

    /**
     * Gives the memory of models back that this JVM loaded and no task uses; executors do this when they end, and a
     * program that is its own executor ({@code local[*]}) may do it before.
     */
    public static void closeUnused() {
        LoadedModels.closeUnused();
    }
}
