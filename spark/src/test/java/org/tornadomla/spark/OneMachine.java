package org.tornadomla.spark;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.tokenizer.TextTokenizer;

/** What the rows of {@link Prompts} give without Spark: the library alone, in this process. */
final class OneMachine {

    static final Path MODEL = Path.of(System.getProperty("mla.home")).resolve("models").resolve("tiny-kjv");

    private OneMachine() {
    }

    /** The results by the rows' ids. */
    static Map<Long, GenerationResult> answers(List<Row> rows, long seed, int batch) {
        Map<Long, Generation> texts = new HashMap<>();
        try (TextTokenizer tokenizer = TextTokenizer.load(MODEL);
                Decoder decoder = Decoder.load(MODEL, Targets.automatic(),
                        DecoderOptions.defaults().withBatch(batch).withCacheTokens(8192));
                Scheduler scheduler = new Scheduler(decoder, tokenizer,
                        SchedulerOptions.defaults().withWaiting(rows.size()))) {
            for (Row row : rows) {
                SamplerConfig sampling = new SamplerConfig(row.getDouble(3), 0, 1, 0, 1,
                        RowSeed.of(seed, List.of(String.valueOf(row.getLong(0)))));
                texts.put(row.getLong(0),
                        scheduler.submit(new GenerationRequest(tokenizer.encode(row.getString(1), true), row.getInt(2),
                                sampling, List.of()), (_, _) -> {}));
            }
            scheduler.runUntilIdle();
            Map<Long, GenerationResult> results = new HashMap<>();
            texts.forEach((id, text) -> results.put(id, text.await()));
            return results;
        }
    }
}
