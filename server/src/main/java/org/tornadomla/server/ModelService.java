package org.tornadomla.server;

import java.nio.file.Path;
import java.time.Duration;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * A model behind an HTTP server. Decoder, tokenizer and scheduler stay the caller's to close.
 *
 * <p>Stops in order: nothing new is taken, running texts have a time of grace, then connections are closed, which
 * cancels what still runs.
 */
public final class ModelService {

    private static final Duration LOOK = Duration.ofMillis(20);

    private final ServerConfig config;
    private final TextModel model;
    private final ModelServer server;

    /**
     * What requests see of a model.
     *
     * @param name               what they call it
     * @param files              where it was loaded from
     * @param context            most tokens of prompt and answer together
     * @param readsSpecialTokens whether special tokens in messages of users and tools count as such
     */
    public record Texts(String name, Path files, int context, boolean readsSpecialTokens) {
    }

    /**
     * Begins to serve.
     *
     * @param scheduler started
     * @throws org.tornadomla.error.ConfigurationException when the address cannot be bound
     */
    public ModelService(ServerConfig config, Texts texts, Decoder decoder, TextTokenizer tokenizer,
            Scheduler scheduler) {
        this.config = config;
        this.model = new ScheduledModel(texts, decoder, tokenizer, scheduler);
        ServerMetrics metrics = new ServerMetrics();
        metrics.observe(model);
        this.server = new ModelServer(config, Routes.of(model, metrics), metrics);
    }

    /** What requests call the model. */
    public String name() {
        return model.name();
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Ends it; texts that run may go on for the time of grace. */
    public void stop() throws InterruptedException {
        server.refuseNew();
        long end = System.nanoTime() + config.grace().toNanos();
        while (server.active() > 0 && System.nanoTime() < end) {
            Thread.sleep(LOOK);
        }
        server.close();
    }
}
