package org.tornadomla.cli;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.tornadomla.error.OtherThread;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tokenizer.TextTokenizer;

/** Reads a model's tokenizer on another thread, while this one looks for devices: either takes a tenth of a second. */
final class TokenizerAhead implements AutoCloseable {

    private final CompletableFuture<TextTokenizer> reading;

    TokenizerAhead(Path model) {
        this.reading = OtherThread.start("mla-tokenizer", () -> ModelFiles.tokenizer(model));
    }

    /**
     * The tokenizer, which is closed with this.
     *
     * @throws RuntimeException as reading it threw it
     */
    TextTokenizer await() {
        return OtherThread.await(reading);
    }

    /** Closes the tokenizer when it is read, also where nobody waited for it. */
    @Override
    public void close() {
        // What fails in reading is told to who waits for it, and nobody waits here.
        CompletableFuture<Void> _ = reading.thenAccept(TextTokenizer::close);
    }
}
