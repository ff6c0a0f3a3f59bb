package org.tornadomla.misuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Targets;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.MlaException;
import org.tornadomla.faults.Fault;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

/** What one thread does to a module while another computes with it: it takes its turn. */
@Timeout(300)
class TurnsTest {

    private static final MlaConfig CONFIG = MlaConfig.card(64, 4, 64, 16, 16, 8);
    /** A device of an SDK compiles its kernels anew for each module. */
    private static final int TIMES = Targets.sdkActive() ? 3 : 60;

    @TempDir
    private Path directory;

    private static Tokens token(int seed) {
        return Tokens.of(1, 1, Seeds.normal(seed, 64));
    }

    /** Issue 12, point 16. */
    @Test
    void point16ClosingWaitsForTheRun() throws Exception {
        Tokens x = Tokens.of(1, 48, Seeds.normal(1, 48 * 64));
        for (int time = 0; time < TIMES; time++) {
            MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(CONFIG).seed(1)
                    .target(TestTargets.list().getFirst()).cacheTokens(256).build();
            CountDownLatch running = new CountDownLatch(1);
            CompletableFuture<Throwable> calls = CompletableFuture.supplyAsync(() -> {
                try {
                    while (true) {
                        mla.forward(x);
                        running.countDown();
                    }
                } catch (Throwable end) {
                    return end;
                }
            });
            assertTrue(running.await(60, TimeUnit.SECONDS));
            mla.close();
            Throwable end = calls.get(60, TimeUnit.SECONDS);
            assertTrue(end instanceof MlaException && end.getMessage().contains("closed"),
                    () -> "closing in the middle of a run gave " + end);
            assertThrows(CacheException.class, () -> mla.cache().statistics(), "the cache is closed");
            assertTrue(assertThrows(MlaException.class, () -> mla.forward(x)).getMessage().contains("closed"));
            mla.close();
        }
    }

    /** Issue 12, point 17. */
    @Test
    void point17ASnapshotTakesItsTurnBetweenRounds() throws Exception {
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(CONFIG).seed(1)
                .target(TestTargets.list().getFirst()).roundTokens(4).cacheTokens(1 << 15).build();
                CachedSequence sequence = mla.open()) {
            mla.append(sequence, token(1));
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Integer> decoding = CompletableFuture.supplyAsync(() -> {
                int tokens = 1;
                while (!enough.get() && tokens < 1 << 15) {
                    mla.append(sequence, token(1 + tokens++ % 7));
                }
                return tokens;
            });
            Path file = directory.resolve("snapshot");
            int last = 0;
            for (int time = 0; time < TIMES; time++) {
                mla.cache().snapshot(sequence, file);
                try (CachedSequence copy = mla.cache().restore(file)) {
                    assertTrue(copy.length() >= last, "rows of " + copy.length() + " tokens after " + last);
                    last = copy.length();
                }
            }
            enough.set(true);
            int tokens = decoding.get(60, TimeUnit.SECONDS);
            assertEquals(tokens, sequence.length());
            try (CachedSequence alone = mla.open()) {
                for (int i = 0; i < tokens; i++) {
                    mla.append(alone, token(1 + i % 7));
                }
                assertArrayEquals(mla.append(alone, token(99)), mla.append(sequence, token(99)),
                        "the snapshots changed no row");
            }
        }
    }

    /**
     * A thread that found the device broken waits for the cache while another recovers, and then gives up rows that are
     * sound, unless both steps are one turn.
     */
    @Test
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "the faulty device belongs to the bundled runtime")
    void recoveringIsPartOfATurn() throws Exception {
        try (FaultyDevice device = new FaultyDevice();
                MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(CONFIG).seed(1)
                        .target(device.target().withoutSelfTest()).cacheTokens(256).build();
                CachedSequence sequence = mla.open();
                CachedSequence others = mla.open()) {
            device.arm(Fault.at(Fault.Kind.LOST, 0));
            assertThrows(DeviceException.class, () -> mla.append(sequence, token(1)));
            device.lift();
            Thread second = new Thread(() -> mla.append(others, token(2)));
            boolean appended = false;
            synchronized (mla.cache()) {
                second.start();
                while (second.getState() != Thread.State.BLOCKED && second.isAlive()) {
                    Thread.onSpinWait();
                }
                try {
                    mla.append(sequence, token(1));
                    appended = true;
                } catch (DeviceException refusal) {
                    assertTrue(refusal.getMessage().contains("thread"), refusal.getMessage());
                }
            }
            second.join(60_000);
            mla.append(sequence, token(3));
            assertEquals(appended ? 2 : 1, sequence.length());
        }
    }
}
