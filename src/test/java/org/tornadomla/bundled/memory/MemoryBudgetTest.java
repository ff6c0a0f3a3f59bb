package org.tornadomla.bundled.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The limit of memory outside the heap: what is within, what waits for a collection, and what is refused. */
class MemoryBudgetTest {

    private static final long MB = 1L << 20;

    private static MemoryBudget of(long limit) {
        return new MemoryBudget(() -> limit, _ -> {});
    }

    @Test
    void whatIsTakenAboveTheLimitIsRefusedWithTheNumbersAndNotCounted() {
        MemoryBudget budget = of(100 * MB);
        budget.take(70 * MB);
        String refused = assertThrows(OutOfMemoryError.class, () -> budget.take(31 * MB)).getMessage();
        assertEquals("arrays take 73400320 of 104857600 bytes that this JVM may use outside its heap, and 32505856 more"
                + " are asked for", refused);
        budget.take(30 * MB);
    }

    @Test
    void smallProgramsAreNotHeldToALimit() {
        MemoryBudget budget = new MemoryBudget(() -> {
            throw new AssertionError("the limit is not to be asked for");
        }, _ -> {});
        budget.take(MemoryBudget.ALWAYS);
    }

    @Test
    void whatACollectionGivesBackIsTakenAgain() {
        AtomicReference<MemoryBudget> self = new AtomicReference<>();
        List<Integer> attempts = new ArrayList<>();
        self.set(new MemoryBudget(() -> 100 * MB, attempt -> {
            attempts.add(attempt);
            if (attempt == 2) {
                self.get().giveBack(80 * MB);
            }
        }));
        self.get().take(90 * MB);
        self.get().take(90 * MB);
        assertEquals(List.of(0, 1, 2), attempts);
    }

    @Test
    void anInterruptedWaitIsHeardAfterwards() {
        Thread.currentThread().interrupt();
        MemoryBudget.collect(0);
        assertTrue(Thread.interrupted());
        assertFalse(Thread.interrupted());
    }

    @Test
    void memoryThatTheMachineHasNotIsRefusedAndLeavesTheBudgetAsItWas() {
        long whole = 1L << 60;
        MemoryBudget budget = of(whole);
        String refused = assertThrows(OutOfMemoryError.class, () -> HostMemory.zeros(whole, budget)).getMessage();
        assertTrue(refused.startsWith("the machine has no 11529215046"), refused);
        budget.take(whole);
    }

    @Test
    void aFunctionThatCannotBeCalledIsNamed() {
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> HostMemory.call("free", () -> {
            throw new NoSuchMethodException("none");
        }));
        assertEquals("free of the C library cannot be called", failure.getMessage());
        assertEquals("none", failure.getCause().getMessage());
    }
}
