package org.tornadomla.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.cache.CachedSequence;

/** One step of an attention layer: a new token for each sequence of a batch, behind what is cached. */
final class DecodeWorkload implements Workload {

    /** A round's tokens go up whole, so a module that decodes has room for no more than it needs. */
    private static final int FILL_TOKENS = 16;

    private final LayerData data;
    private final int batch;
    private final MultiHeadLatentAttention module;
    private final List<CachedSequence> sequences;
    private int cached;
    private Tokens next;
    private float[] y;

    /**
     * Fills a cache.
     *
     * @param mode   absorbed, or expanded to expand the whole cache in every step
     * @param cached tokens of a sequence before the step
     * @param batch  sequences
     */
    DecodeWorkload(LayerData data, Target target, AttentionMode mode, int cached, int batch) {
        this.data = data;
        this.batch = batch;
        int pages = Math.ceilDiv(cached + 1, CacheConfig.DEFAULT_PAGE_TOKENS);
        this.module = MultiHeadLatentAttention.builder(data.config()).weights(data.moduleWeights()).target(target)
                .mode(mode).weightType(data.type()).roundTokens(Math.max(FILL_TOKENS, batch)).batch(batch)
                .cacheTokens(Math.multiplyExact(batch * pages, CacheConfig.DEFAULT_PAGE_TOKENS))
                .maxSequenceTokens(cached + 1).expandedKeys(mode == AttentionMode.EXPANDED ? batch * (cached + 1) : 0)
                .maskFloats(0).build();
        this.sequences = Stream.generate(module::open).limit(batch).toList();
        int chunk = Math.max(1, FILL_TOKENS / batch);
        for (int from = 0; from < cached; from += chunk) {
            int count = Math.min(chunk, cached - from);
            module.remember(sequences, Tokens.of(batch, count, data.tokens(batch, from, count)));
        }
        setCached(cached);
    }

    private void setCached(int tokens) {
        cached = tokens;
        next = Tokens.of(batch, 1, data.tokens(batch, tokens, 1));
    }

    /** Shortens every sequence, for a step behind fewer tokens. */
    DecodeWorkload shorten(int tokens) {
        setCached(tokens);
        forget();
        return this;
    }

    private void forget() {
        for (CachedSequence sequence : sequences) {
            module.cache().truncate(sequence, cached);
        }
    }

    @Override
    public Cost cost() {
        return Costs.decode(data.config(), cached, batch, data.type());
    }

    @Override
    public void run() {
        y = module.append(sequences, next);
        forget();
    }

    @Override
    public double error() {
        run();
        double worst = 0;
        for (int sequence : batch == 1 ? List.of(0) : List.of(0, batch - 1)) {
            worst = Answers.worse(worst,
                    Answers.error(y, sequence * data.config().hiddenSize(), data.expected(sequence, cached)));
        }
        return worst;
    }

    @Override
    public Map<String, Long> profile() {
        return module.profile(this::run);
    }

    @Override
    public void close() {
        sequences.forEach(CachedSequence::close);
        module.close();
    }
}
