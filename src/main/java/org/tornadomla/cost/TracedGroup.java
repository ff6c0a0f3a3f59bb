package org.tornadomla.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The work-items of a group, one after another: each runs to the next barrier or its end, then the next. So what one
 * does before a barrier that is missing is there, or not there, in the same way every time.
 */
final class TracedGroup {

    /** Far more barriers than a group of any kernel passes at the sizes that are traced. */
    private static final int MOST_BARRIERS = 10_000;

    private final List<GroupItem> items = new ArrayList<>();
    private final List<Semaphore> turns = new ArrayList<>();
    private final List<Object> localArrays = new ArrayList<>();
    private final Semaphore back = new Semaphore(0);
    private final boolean[] ended;
    private final Tally tally;
    private @Nullable Throwable failure;

    TracedGroup(int number, int itemCount, int groups, Tally tally) {
        this.tally = tally;
        this.ended = new boolean[itemCount];
        for (int item = 0; item < itemCount; item++) {
            items.add(new GroupItem(this, number, item, itemCount, groups));
            turns.add(new Semaphore(0));
        }
    }

    /**
     * Runs the group and counts what it does.
     *
     * @throws IllegalStateException when work-items end while others wait at a barrier, or none ever ends
     */
    void run(Consumer<GroupItem> kernel) {
        List<Thread> threads = new ArrayList<>();
        for (int item = 0; item < items.size(); item++) {
            int own = item;
            threads.add(Thread.startVirtualThread(() -> runItem(own, kernel)));
        }
        int running = items.size();
        for (int barriers = 0; running > 0; barriers++) {
            for (int item = 0; item < items.size(); item++) {
                if (!ended[item]) {
                    turns.get(item).release();
                    back.acquireUninterruptibly();
                    running -= ended[item] ? 1 : 0;
                }
            }
            tally.interval(items, running > 0);
            items.forEach(item -> item.log().clear());
            if (running > 0 && running < items.size()) {
                failure = new IllegalStateException((items.size() - running) + " of " + items.size()
                        + " work-items ended, others wait at a barrier");
            }
            if (running > 0 && barriers == MOST_BARRIERS) {
                failure = new IllegalStateException("the group is still running after " + MOST_BARRIERS + " barriers");
            }
            if (failure != null) {
                threads.forEach(Thread::interrupt);
                break;
            }
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        items.forEach(item -> tally.operations(item.log().operations()));
    }

    private void runItem(int item, Consumer<GroupItem> kernel) {
        try {
            turns.get(item).acquire();
            Recorder.run(items.get(item), () -> kernel.accept(items.get(item)));
        } catch (InterruptedException | CancellationException e) {
            return;
        } catch (RuntimeException | Error e) {
            if (failure == null) {
                failure = e;
            }
        }
        ended[item] = true;
        back.release();
    }

    /** The work-item waits at a barrier. */
    void turnOver(GroupItem item) {
        back.release();
        try {
            turns.get(item.localIndex()).acquire();
        } catch (InterruptedException e) {
            throw new CancellationException("the group ended");
        }
    }

    /** The group's local array of a number, which the first work-item that asks makes. */
    Object localArray(int ordinal, Supplier<Object> fresh) {
        if (ordinal == localArrays.size()) {
            localArrays.add(fresh.get());
        }
        return localArrays.get(ordinal);
    }
}
