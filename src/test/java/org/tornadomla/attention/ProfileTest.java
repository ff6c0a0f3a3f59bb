package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.testing.TestTargets;

/** Times of a module's tasks. */
class ProfileTest {

    private static final Set<String> STEP = Set.of("project.q_a", "project.q_norm", "project.q_b", "project.kv_a",
            "project.latent_write", "attend_absorbed.absorbed_query", "attend_absorbed.query_lanes",
            "attend_absorbed.latent_attention", "attend_absorbed.split_merge", "attend_absorbed.value_up", "output.o",
            "output.y_unpack");

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void everyTaskThatRanHasATime(Target target) {
        Layer layer = Layer.of(Layer.WIDE);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(AttentionMode.ABSORBED).build();
                CachedSequence sequence = mla.open()) {
            mla.append(sequence, Tokens.of(1, 5, layer.tokens(5, 1)));
            Map<String, Long> step = mla.profile(() -> mla.append(sequence, Tokens.of(1, 1, layer.tokens(1, 2))));
            assertEquals(STEP, step.keySet());
            step.forEach((task, nanos) -> assertTrue(nanos > 0, task + " took " + nanos + " ns"));
            mla.append(sequence, Tokens.of(1, 1, layer.tokens(1, 3)));
            assertEquals(Map.of(), mla.profile(() -> {}), "what ran outside of profiling is not counted");
        }
    }
}
