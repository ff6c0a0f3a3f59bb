package org.tornadomla.cache;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Who waits for whose reservations. Used with the cache's lock held; a wait gives it up.
 *
 * <p>A thread that waits is let in before the next reservation, so that one that decodes without a pause leaves room
 * for it. A thread with an open reservation never waits for another, since that one might wait for it.
 */
final class Turns {

    /** A holder that dies tells nobody. */
    private static final long LOOK_AGAIN_MILLIS = 1000;

    private final LatentCache cache;
    private final Map<Reservation, Thread> holders = new HashMap<>();
    private int waiting;

    Turns(LatentCache cache) {
        this.cache = cache;
    }

    void opened(Reservation reservation) {
        holders.put(reservation, Thread.currentThread());
    }

    void settled(Reservation reservation) {
        holders.remove(reservation);
        cache.notifyAll();
    }

    /** Reservations that are open. */
    int open() {
        return holders.size();
    }

    /** Waits while another thread has the sequence reserved. */
    void await(CachedSequence sequence) {
        waitWhile(() -> sequence.reservation() != null && isHeld(sequence.reservation()));
    }

    /** Waits while other threads have anything reserved. */
    void awaitAll() {
        waitWhile(() -> holders.keySet().stream().anyMatch(this::isHeld));
    }

    /** Whether somebody is there who can end a reservation. */
    private boolean isHeld(Reservation reservation) {
        Thread holder = holders.get(reservation);
        return holder != null && holder.isAlive();
    }

    /** Forgets all reservations, since their cache is closed. */
    void forget() {
        holders.clear();
        cache.notifyAll();
    }

    /** Lets threads in that wait for the end of earlier reservations. */
    void yieldToWaiting() {
        boolean interrupted = false;
        while (waiting > 0 && !holdsOne()) {
            interrupted |= pause();
        }
        restore(interrupted);
    }

    private boolean holdsOne() {
        return holders.containsValue(Thread.currentThread());
    }

    private void waitWhile(BooleanSupplier busy) {
        if (holdsOne()) {
            return;
        }
        boolean interrupted = false;
        waiting++;
        try {
            while (busy.getAsBoolean()) {
                interrupted |= pause();
            }
        } finally {
            waiting--;
            cache.notifyAll();
            restore(interrupted);
        }
    }

    /**
     * Waits for a change; whether the thread was interrupted meanwhile, which changes nothing about what it waits for.
     */
    private boolean pause() {
        try {
            cache.wait(LOOK_AGAIN_MILLIS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
