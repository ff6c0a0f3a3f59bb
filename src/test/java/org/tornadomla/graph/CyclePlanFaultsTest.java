package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A plan that cannot be built again, and a plan that several threads use. */
class CyclePlanFaultsTest {

    private final Target target = TestTargets.list().getFirst();
    private final Buffers buffers = new Buffers();
    private final FloatArray x = buffers.add("x", Role.INPUT, FloatArray.fromElements(1, 2, 3));
    private final FloatArray y = buffers.add("y", Role.OUTPUT, new FloatArray(3));
    private boolean refusesGraphs;

    private CyclePlan plan() {
        Step copy = new Step("copy", Grid.loop(3), "GraphKernels.copy", List.of(x, y), graph -> {
            if (refusesGraphs) {
                throw new IllegalStateException("the driver went away");
            }
            return graph.task("copy", GraphKernels::copy, x, y);
        });
        return new CyclePlan(List.of(Stage.of(new GraphSpec("only", List.of(copy)))), buffers, target);
    }

    @Test
    void aPlanThatCannotBeBuiltAgainIsBrokenUntilItIs() {
        try (CyclePlan plan = plan()) {
            plan.run(0);
            refusesGraphs = true;
            DeviceException failure = assertThrows(DeviceException.class, plan::freeDeviceMemory);
            assertTrue(failure.getMessage().contains("the driver went away"), failure.getMessage());
            assertTrue(plan.isBroken(), "its old plan is closed and there is no new one");
            assertTrue(assertThrows(DeviceException.class, () -> plan.run(0)).getMessage().contains("failed before"));
            assertThrows(DeviceException.class, plan::recover);
            assertTrue(plan.isBroken());
            refusesGraphs = false;
            plan.recover();
            assertFalse(plan.isBroken());
            plan.run(0).transferToHost(y);
            assertArrayEquals(x.toHeapArray(), y.toHeapArray());
        }
    }

    /** Seen from a thread that takes no lock, as callers do who ask whether to recover. */
    @Test
    void whetherAPlanIsBrokenReachesOtherThreads() throws NoSuchFieldException {
        assertTrue(Modifier.isVolatile(CyclePlan.class.getDeclaredField("broken").getModifiers()));
        assertTrue(Modifier.isVolatile(CyclePlan.class.getDeclaredField("closed").getModifiers()));
    }

    @Test
    void aSecondProfileIsRefusedAndTheFirstIsWhole() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (CyclePlan plan = plan()) {
            CompletableFuture<Map<String, Long>> first = CompletableFuture.supplyAsync(() -> plan.profile(() -> {
                plan.run(0);
                inside.countDown();
                await(leave);
            }));
            assertTrue(inside.await(60, TimeUnit.SECONDS));
            DeviceException refusal = null;
            try {
                plan.profile(() -> {});
            } catch (DeviceException e) {
                refusal = e;
            }
            leave.countDown();
            assertEquals(Set.of("only.copy"), first.get(60, TimeUnit.SECONDS).keySet());
            assertTrue(refusal != null && refusal.getMessage().contains("profile"), "the second is refused");
        }
    }

    /** The end of a plan waits for what runs on it. */
    @Test
    void closingWaitsForTheRoundAndHappensOnce() throws Exception {
        for (int time = 0; time < 20; time++) {
            CyclePlan plan = plan();
            CountDownLatch running = new CountDownLatch(1);
            CompletableFuture<Throwable> rounds = CompletableFuture.supplyAsync(() -> {
                try {
                    while (true) {
                        plan.run(0);
                        running.countDown();
                    }
                } catch (Throwable end) {
                    return end;
                }
            });
            assertTrue(running.await(60, TimeUnit.SECONDS));
            plan.close();
            plan.close();
            Throwable end = rounds.get(60, TimeUnit.SECONDS);
            assertTrue(end instanceof DeviceException && end.getMessage().contains("the plan is closed"),
                    () -> "run " + end);
            assertNull(end.getCause(), "nothing failed underneath");
            assertFalse(plan.isBroken());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
