package org.tornadomla.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.TestTargets;

/**
 * A way to run a golden model. There are 48; a build runs some of them with each model, such that each stands with some
 * model on each device that compiles quickly, and each chunk, page, way of attending and cache with each model.
 * {@code -Dmla.golden.rounds=all} runs all of them.
 *
 * @param chunk tokens a round
 * @param page  tokens a page
 * @param mode  the way of attending
 * @param cache number format of the cache
 */
record GoldenRound(int chunk, int page, AttentionMode mode, CacheType cache) {

    private static final boolean ALL = System.getProperty("mla.golden.rounds", "").equals("all");
    /** Prime to the numbers of choices, so that steps of this many meet every choice of each. */
    private static final int STRIDE = 7;

    private static List<GoldenRound> every() {
        List<GoldenRound> every = new ArrayList<>();
        for (CacheType cache : List.of(CacheType.F32, CacheType.BF16)) {
            for (int page : new int[]{1, 16, 64}) {
                for (AttentionMode mode : List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)) {
                    for (int chunk : new int[]{1, 5, 16, 37}) {
                        every.add(new GoldenRound(chunk, page, mode, cache));
                    }
                }
            }
        }
        return every;
    }

    /**
     * The rounds of a model on a device.
     *
     * @param model number of the model among those of a test
     */
    private static Stream<GoldenRound> of(Target target, int model) {
        List<GoldenRound> every = every();
        int stride = ALL ? 1 : target.engine() == Engine.JVM ? STRIDE : 2 * STRIDE - 1;
        return IntStream.iterate(ALL ? 0 : model % STRIDE, at -> at < every.size(), at -> at + stride)
                .mapToObj(every::get);
    }

    /** Models on all devices, as arguments: device, name, round, model. */
    static Stream<Arguments> cases(List<GoldenModel> models) {
        return TestTargets.all()
                .flatMap(target -> IntStream.range(0, models.size()).boxed().flatMap(index -> of(target, index)
                        .map(round -> Arguments.of(target, models.get(index).name(), round, models.get(index)))));
    }

    DecoderOptions options() {
        return DecoderOptions.defaults().withChunkTokens(chunk).withBatch(2).withCacheTokens(256).withPageTokens(page)
                .withMode(mode).withCacheType(cache);
    }

    @Override
    public String toString() {
        return "chunks of " + chunk + ", pages of " + page + ", " + mode + ", " + cache;
    }
}
