package org.tornadomla.benchmarks;

import java.util.Map;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Target;

/** A prompt through an attention layer with an empty cache, which holds it afterwards. */
final class PrefillWorkload implements Workload {

    private static final int ROUND_TOKENS = 512;

    private final LayerData data;
    private final int count;
    private final MultiHeadLatentAttention module;
    private final Tokens prompt;
    private float[] y;

    PrefillWorkload(LayerData data, Target target, AttentionMode mode, int count) {
        this.data = data;
        this.count = count;
        this.module = MultiHeadLatentAttention.builder(data.config()).weights(data.moduleWeights()).target(target)
                .mode(mode).roundTokens(Math.min(count, ROUND_TOKENS)).batch(1).cacheTokens(count).expandedKeys(count)
                .maskFloats(0).build();
        this.prompt = Tokens.of(1, count, data.tokens(1, 0, count));
    }

    @Override
    public Cost cost() {
        return data.layer().prefill(count);
    }

    @Override
    public void run() {
        y = module.forward(prompt);
    }

    /** Compares the first, a middle and the last token. */
    @Override
    public double error() {
        run();
        double worst = 0;
        for (int token : new int[]{0, count / 2, count - 1}) {
            worst = Answers.worse(worst, Answers.error(y, token * data.config().hiddenSize(), data.expected(0, token)));
        }
        return worst;
    }

    @Override
    public Map<String, Long> profile() {
        return module.profile(this::run);
    }

    @Override
    public void close() {
        module.close();
    }
}
