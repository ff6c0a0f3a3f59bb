package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.decoder.GenerationResult;

/** A device that fails ends the task, with what it said, and the JVM's next task has the model again. */
class DeviceFailureTest {

    @TempDir
    private Path folder;

    @AfterEach
    void mend() {
        FailingDevice.FAILS.set(false);
    }

    @Test
    void theTaskEndsWithTheMessage() throws IOException {
        FailingDevice.add();
        SparkModel model = SparkModel.of(OneMachine.MODEL.toString()).withEngine("auto", FailingDevice.PLACE);
        try (SparkSession spark = LocalSpark.alone(folder)) {
            Dataset<Row> prompts = Prompts.dataset(spark, 4).coalesce(1);
            Dataset<Row> answers = model.generate(prompts, AnswerOptions.defaults().withKeys("id"));
            assertEquals(4, answers.count());
            assertEquals(4, answers.collectAsList().size());
            FailingDevice.FAILS.set(true);
            for (Dataset<Row> results : List.of(answers, embeddings(model, prompts))) {
                String said = assertThrows(Exception.class, results::collectAsList).toString();
                assertTrue(said.contains(FailingDevice.MESSAGE), said);
                assertEquals(0, LoadedModels.count(), "the model is given up with its device");
            }
            FailingDevice.FAILS.set(false);
            GenerationResult expected = OneMachine.answers(Prompts.rows(4), 0, 1).get(3L);
            assertEquals(expected.text(), answers.collectAsList().get(3).getAs("answer"));
        }
        SparkModel.closeUnused();
    }

    private static Dataset<Row> embeddings(SparkModel model, Dataset<Row> prompts) {
        return model.embed(prompts, EmbedOptions.defaults().withText("prompt"));
    }
}
