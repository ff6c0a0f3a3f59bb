package org.tornadomla.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What the server counts and times, in the text that Prometheus reads. Nothing of it holds a text of a user. */
final class ServerMetrics implements AnswerMeter {

    private static final double[] QUANTILES = {0.5, 0.9, 0.99};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter promptTokens = registry.counter("mla.tokens", "kind", "prompt");
    private final Counter answerTokens = registry.counter("mla.tokens", "kind", "answer");
    private final Counter gone = registry.counter("mla.clients.gone");
    private final Timer firstToken = Timer.builder("mla.first.token").publishPercentiles(QUANTILES).register(registry);
    private final Timer nextToken = Timer.builder("mla.next.token").publishPercentiles(QUANTILES).register(registry);
    private final DistributionSummary answers = DistributionSummary.builder("mla.answer.tokens").register(registry);

    /** Adds what the model says of itself. */
    void observe(TextModel model) {
        gauge("mla.texts.running", model, state -> state.running());
        gauge("mla.texts.waiting", model, state -> state.waiting());
        gauge("mla.cache.pages", model, state -> state.pages());
        gauge("mla.cache.pages.used", model, state -> state.usedPages());
        gauge("mla.cache.pages.kept", model, state -> state.prefixes().keptPages());
        count("mla.prefix.hits", model, state -> state.prefixes().hits());
        count("mla.prefix.tokens", model, state -> state.prefixes().tokens());
        count("mla.draft.rounds", model, state -> state.drafts().rounds());
        count("mla.draft.tokens", model, state -> state.drafts().drafted());
        count("mla.draft.accepted", model, state -> state.drafts().accepted());
    }

    private void gauge(String name, TextModel model, ToDoubleFunction<TextModel.State> value) {
        Gauge.builder(name, model, of -> value.applyAsDouble(of.state())).register(registry);
    }

    private void count(String name, TextModel model, ToDoubleFunction<TextModel.State> value) {
        FunctionCounter.builder(name, model, of -> value.applyAsDouble(of.state())).register(registry);
    }

    /** A request was answered. */
    void request(String path, int status, long nanos) {
        Timer.builder("mla.requests").tag("path", path).tag("status", Integer.toString(status)).register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A client went away before its answer was whole. */
    void clientGone() {
        gone.increment();
    }

    @Override
    public Answer begin(int tokens) {
        promptTokens.increment(tokens);
        return new Text();
    }

    /** All of it as a text. */
    String scrape() {
        return registry.scrape();
    }

    /** The times of one answer. */
    private final class Text implements Answer {

        private long last = System.nanoTime();
        private int tokens;

        @Override
        public void token() {
            long now = System.nanoTime();
            (tokens++ == 0 ? firstToken : nextToken).record(now - last, TimeUnit.NANOSECONDS);
            last = now;
            answerTokens.increment();
        }

        @Override
        public void close() {
            answers.record(tokens);
        }
    }
}
