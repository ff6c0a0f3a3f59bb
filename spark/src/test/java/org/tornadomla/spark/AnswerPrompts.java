package org.tornadomla.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * An example: answers to the texts of a column, how likely the model holds its own answers to be, and the likeliest of
 * them on the screen. Model, folder of parquet with the column {@code prompt}, folder to write to.
 */
public final class AnswerPrompts {

    private AnswerPrompts() {
    }

    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            throw new IllegalArgumentException("give a model, a folder of parquet and a folder to write to");
        }
        SparkModel model = SparkModel.of(arguments[0]).withBatch(16);
        SparkSession spark = SparkSession.builder().appName("answers").config(SparkSetup.configure(new SparkConf()))
                .getOrCreate();
        Dataset<Row> prompts = spark.read().parquet(arguments[1]);
        // Written first: Spark would compute answers again for each of the two things that are done with them.
        model.generate(prompts, AnswerOptions.defaults().withMaxTokens(8).withTemperature(0.7).withSeed(1)).write()
                .parquet(arguments[2]);
        Dataset<Row> answers = spark.read().parquet(arguments[2]).drop("error");
        model.score(answers, ScoreOptions.defaults().withContext("prompt").withText("answer"))
                .select("prompt", "answer", "log_likelihood").orderBy(functions.col("log_likelihood").desc()).limit(3)
                .collectAsList().forEach(System.out::println);
    }
}
