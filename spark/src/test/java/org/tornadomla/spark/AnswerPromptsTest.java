package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example does what it says, and is short. */
class AnswerPromptsTest {

    @TempDir
    private Path folder;

    @Test
    void theLikeliestAnswersAreShown() throws IOException {
        String in = folder.resolve("prompts").toString();
        String out = folder.resolve("answers").toString();
        List<String> lines;
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SparkSession spark = LocalSpark.alone(folder)) {
            Prompts.dataset(spark, 6).drop("max_tokens", "temperature").coalesce(1).write().parquet(in);
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            AnswerPrompts.main(new String[]{OneMachine.MODEL.toString(), in, out});
            lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
            assertEquals(6, spark.read().parquet(out).where("finish_reason = 'max_tokens'").count());
        } finally {
            System.setOut(before);
            SparkModel.closeUnused();
        }
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(lines.getFirst().startsWith("[And ") && lines.getFirst().matches(".*,-\\d+\\.\\d+]"),
                lines::toString);
        assertThrows(IllegalArgumentException.class, () -> AnswerPrompts.main(new String[0]));
    }

    @Test
    void itIsShort() throws IOException {
        Path source = Path.of(System.getProperty("mla.home"),
                "spark/src/test/java/org/tornadomla/spark/AnswerPrompts.java");
        assertTrue(Files.readAllLines(source).size() < 60);
    }
}
