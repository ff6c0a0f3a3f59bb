package org.tornadomla.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.attention.Mask;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.checkpoint.TensorData;

/** Runs the attention module on a golden case and measures how far it is from the expected values. */
final class GoldenRun implements GoldenCheck {

    private static final int PAGE_TOKENS = 16;
    private static final int LEAST_MASK_FLOATS = 1 << 15;

    private final GoldenCase golden;
    private final int batch;
    private final int keys;

    GoldenRun(GoldenCase golden) {
        this.golden = golden;
        this.batch = golden.inputs().x().size(0);
        this.keys = golden.inputs().context().orElse(golden.inputs().x()).size(1);
    }

    @Override
    public String name() {
        return golden.name();
    }

    @Override
    public double allowed() {
        return golden.expected().tolerance();
    }

    /**
     * The larger error of the two ways of attending: of the outputs, and of the rows in the cache where the case has
     * them.
     */
    @Override
    public Outcome run(Target target) {
        double error = Math.max(error(target, AttentionMode.ABSORBED), error(target, AttentionMode.EXPANDED));
        return new Outcome(error, Optional.empty());
    }

    private double error(Target target, AttentionMode mode) {
        try (MultiHeadLatentAttention module = build(target, mode)) {
            List<CachedSequence> rows = new ArrayList<>();
            for (int row = 0; row < batch; row++) {
                rows.add(module.open());
            }
            return Math.max(golden.expected().relativeError(run(module, rows)), cacheError(module, rows));
        }
    }

    private MultiHeadLatentAttention build(Target target, AttentionMode mode) {
        int positions = Math.max(last(golden.inputs().positions()), last(golden.inputs().contextPositions())) + 1;
        int sequence = Math.ceilDiv(keys, PAGE_TOKENS) * PAGE_TOKENS;
        int maskFloats = golden.inputs().mask().map(mask -> mask.values().length).orElse(0);
        return MultiHeadLatentAttention.builder(golden.config()).weights(GoldenWeights.of(golden)).target(target)
                .mode(mode).batch(batch).pageTokens(PAGE_TOKENS).cacheTokens(batch * sequence)
                .maxSequenceTokens(sequence).positions(Math.max(positions, sequence)).expandedKeys(batch * sequence)
                .maskFloats(Math.max(maskFloats, LEAST_MASK_FLOATS)).build();
    }

    private float[] run(MultiHeadLatentAttention module, List<CachedSequence> rows) {
        GoldenCase.Inputs inputs = golden.inputs();
        Tokens tokens = tokens(inputs.x()).withPositions(inputs.positions());
        if (!inputs.causal()) {
            tokens = tokens.bidirectional();
        }
        if (inputs.mask().isPresent()) {
            TensorData mask = inputs.mask().get();
            tokens = tokens.withMask(new Mask(mask.size(0), mask.size(1), mask.size(2), mask.size(3), mask.values()));
        }
        if (inputs.context().isEmpty()) {
            return module.append(rows, tokens);
        }
        module.remember(rows, tokens(inputs.context().get()).withPositions(inputs.contextPositions()));
        return module.ask(rows, tokens);
    }

    private static Tokens tokens(TensorData rows) {
        return Tokens.of(rows.size(0), rows.size(1), rows.values());
    }

    private double cacheError(MultiHeadLatentAttention module, List<CachedSequence> rows) {
        if (golden.expected().cacheKv().isEmpty() || golden.expected().cacheKr().isEmpty()) {
            return 0;
        }
        int rank = golden.config().kvLoraRank();
        int rope = golden.config().qkRopeHeadDim();
        double worst = 0;
        for (int row = 0; row < batch; row++) {
            float[] held = module.cache().rows(rows.get(row), 0);
            worst = Math.max(worst, columnError(held, rank + rope, 0, golden.expected().cacheKv().get(), row));
            worst = Math.max(worst, columnError(held, rank + rope, rank, golden.expected().cacheKr().get(), row));
        }
        return worst;
    }

    /**
     * Error of some columns of a sequence's cache rows.
     *
     * @param held     [keys, width]
     * @param first    first column that is compared
     * @param expected [batch, keys, columns]
     * @param sequence the sequence among the batch
     */
    private double columnError(float[] held, int width, int first, TensorData expected, int sequence) {
        int columns = expected.size(2);
        double largest = 0;
        double worst = 0;
        for (int key = 0; key < keys; key++) {
            for (int column = 0; column < columns; column++) {
                double value = expected.values()[(sequence * keys + key) * columns + column];
                largest = Math.max(largest, Math.abs(value));
                worst = Math.max(worst, Math.abs(held[key * width + first + column] - value));
            }
        }
        return worst == 0 ? 0 : worst / largest;
    }

    private static int last(int[] positions) {
        return Arrays.stream(positions).max().orElse(0);
    }
}
