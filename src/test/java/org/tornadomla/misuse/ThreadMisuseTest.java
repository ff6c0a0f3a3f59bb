package org.tornadomla.misuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.DeviceException;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

/** Two threads in one module: whoever comes second is refused, and whoever computes is not disturbed. */
class ThreadMisuseTest {

    private static final MlaConfig CONFIG = MlaConfig.card(64, 4, 64, 16, 16, 8);
    private static final int CALLS = 40;

    @Test
    void theSecondThreadIsRefusedAndTheFirstIsRight() throws Exception {
        Tokens x = Tokens.of(1, 48, Seeds.normal(1, 48 * 64));
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(CONFIG).seed(1)
                .target(TestTargets.list().getFirst()).cacheTokens(256).build();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            float[] expected = mla.forward(x);
            CyclicBarrier start = new CyclicBarrier(2);
            Callable<Integer> caller = () -> {
                start.await();
                int refusals = 0;
                for (int call = 0; call < CALLS; call++) {
                    try {
                        assertArrayEquals(expected, mla.forward(x));
                    } catch (DeviceException refusal) {
                        assertTrue(refusal.getMessage().contains("thread"), refusal.getMessage());
                        refusals++;
                    }
                }
                return refusals;
            };
            int refusals = 0;
            for (Future<Integer> calls : List.of(threads.submit(caller), threads.submit(caller))) {
                refusals += calls.get();
            }
            assertTrue(refusals > 0 && refusals < 2 * CALLS, "refusals: " + refusals);
            assertEquals(0, mla.cache().statistics().usedPages());
            assertArrayEquals(expected, mla.forward(x));
        }
    }

    @Test
    void threadsMayTakeTurns() throws ExecutionException, InterruptedException {
        Tokens x = Tokens.of(1, 3, Seeds.normal(2, 3 * 64));
        List<float[]> results = new ArrayList<>();
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(CONFIG).seed(1)
                .target(TestTargets.list().getFirst()).build()) {
            for (int turn = 0; turn < 2; turn++) {
                try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
                    results.add(thread.submit(() -> mla.forward(x)).get());
                }
            }
        }
        assertArrayEquals(results.get(0), results.get(1));
    }
}
