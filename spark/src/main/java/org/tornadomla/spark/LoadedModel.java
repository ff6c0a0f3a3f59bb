package org.tornadomla.spark;

import java.nio.file.Path;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tokenizer.TextTokenizer;

/** A model on this JVM's device, and what writes texts with it. */
final class LoadedModel implements AutoCloseable {

    /** As many as all tasks of a JVM could have at once: each bounds its own. */
    private static final int WAITING = 1 << 20;

    private final TextTokenizer tokenizer;
    private final Decoder decoder;
    private final Scheduler scheduler;

    LoadedModel(ModelKey key) {
        Path files = key.files();
        tokenizer = ModelFiles.tokenizer(files);
        try {
            decoder = Decoder.load(files, Targets.choose(key.engine(), key.device()), key.options());
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
        scheduler = new Scheduler(decoder, tokenizer, SchedulerOptions.defaults().withWaiting(WAITING));
        scheduler.start();
    }

    TextTokenizer tokenizer() {
        return tokenizer;
    }

    Decoder decoder() {
        return decoder;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public void close() {
        scheduler.close();
        decoder.close();
        tokenizer.close();
    }
}
