package org.tornadomla.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.tornadomla.error.MlaException;

/**
 * Loads damaged files, counts those that are refused, and holds what each may cost: no exception but this library's, no
 * endless message, no allocation that the file does not explain. The slowest is told and not held, since how long it
 * takes is the machine's.
 */
public final class FuzzWatch {

    private static final String MUTATIONS = "mla.fuzz.mutations";
    /** What a loader may allocate besides what follows from the file's size: buffers and tables of its libraries. */
    private static final long BESIDE = 64L << 20;
    private static final int LONGEST_MESSAGE = 20_000;

    private final String name;
    private final long bound;
    private int mutations;
    private int refused;
    private long slowest;
    private long most;

    /**
     * Nothing was loaded yet.
     *
     * @param name  of the file, for messages
     * @param size  bytes of the file
     * @param share bytes that a load may allocate for each byte of the file
     */
    public FuzzWatch(String name, long size, int share) {
        this.name = name;
        this.bound = BESIDE + share * size;
    }

    /**
     * How many damages to try: {@code -Dmla.fuzz.mutations=20000} makes more of them than the tests do by themselves.
     */
    public static int mutations(int usual) {
        return Integer.getInteger(MUTATIONS, usual);
    }

    /**
     * Loads one damaged file.
     *
     * @param damage says what was done to the file, for the message of an error
     * @param load   loads it; what it throws must be an {@link MlaException}
     * @return whether it was accepted
     * @throws AssertionError for another exception, a message without end, and an allocation that the file's size does
     *                            not explain
     */
    public boolean load(String damage, Runnable load) {
        int number = mutations++;
        long start = System.nanoTime();
        long before = allocated();
        boolean accepted = false;
        try {
            load.run();
            accepted = true;
        } catch (MlaException e) {
            refused++;
            require(e.getMessage().length() <= LONGEST_MESSAGE, number, damage,
                    "a message of " + e.getMessage().length() + " characters");
        } catch (RuntimeException | Error e) {
            throw new AssertionError(failure(number, damage, "unexpected " + e), e);
        }
        long allocated = allocated() - before;
        most = Math.max(most, allocated);
        slowest = Math.max(slowest, System.nanoTime() - start);
        require(allocated <= bound, number, damage, allocated + " bytes were allocated, the file explains " + bound);
        return accepted;
    }

    /** Files that were refused. */
    public int refused() {
        return refused;
    }

    /** Files that were loaded or refused. */
    public int tried() {
        return mutations;
    }

    private void require(boolean holds, int number, String damage, String what) {
        if (!holds) {
            throw new AssertionError(failure(number, damage, what));
        }
    }

    private String failure(int number, String damage, String what) {
        return "mutation " + number + " of " + name + ": " + what + "\n" + damage;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "%s: %d mutations, %d refused, none unexpected; slowest %.0f ms, most allocated %.1f MiB of %.0f", name,
                mutations, refused, slowest / 1e6, most / (double) (1 << 20), bound / (double) (1 << 20));
    }
}
