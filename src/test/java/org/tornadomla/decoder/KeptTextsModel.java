package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.tornadomla.backend.Target;
import org.tornadomla.testing.Goldens;

/** A small model whose scheduler keeps texts, for tests; whatever they do, no page and no sequence may be left. */
@Timeout(300)
abstract class KeptTextsModel {

    static final int PAGE = 4;
    private static final Path MODEL = Goldens.folder("models").resolve("v2-lite-greedy");
    private static final int CHUNK = 8;
    private static final int CACHE = 96;

    final Decoder decoder;

    KeptTextsModel(Target target) {
        decoder = Decoder.load(MODEL, target.withoutSelfTest(), DecoderOptions.defaults().withChunkTokens(CHUNK)
                .withBatch(4).withCacheTokens(CACHE).withPageTokens(PAGE));
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, decoder.statistics().usedPages());
        assertEquals(0, decoder.statistics().sequences());
        decoder.close();
    }

    Scheduler scheduler(boolean keeps) {
        return new Scheduler(decoder, null, SchedulerOptions.defaults().withKeptTexts(keeps));
    }

    static int[] ids(int first, int count) {
        return IntStream.range(first, first + count).toArray();
    }

    static Generation write(Scheduler scheduler, int[] prompt, int tokens) {
        Generation text = scheduler.submit(GenerationRequest.greedy(prompt, tokens), (id, piece) -> {});
        scheduler.runUntilIdle();
        return text;
    }

    int[] alone(int[] prompt, int tokens) {
        try (Scheduler scheduler = scheduler(false)) {
            return write(scheduler, prompt, tokens).await().ids();
        }
    }
}
