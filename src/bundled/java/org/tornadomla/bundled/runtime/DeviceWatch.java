package org.tornadomla.bundled.runtime;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Waits for a device, but not for ever: one that ends no command for some time is taken for lost. A driver's call that
 * waits cannot be interrupted, so another thread makes it, and stays in it when the device never answers.
 *
 * <p>To be woken by that thread costs a short step a twentieth and more, and on a busy machine much more. Where the
 * device is a CPU, and so this process itself, nobody is watched unless the property asks for it.
 */
final class DeviceWatch {

    /**
     * System property with the seconds after which a device that ended no command is lost; 0 waits for ever. Without it
     * the time is 60 seconds, for devices that are no CPUs.
     */
    static final String SECONDS_PROPERTY = "tornado.mla.watchdog.seconds";

    private static final double STANDARD_SECONDS = 60;
    private static final ExecutorService WAITERS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "device-waiter");
        thread.setDaemon(true);
        return thread;
    });

    private final String given = System.getProperty(SECONDS_PROPERTY);
    private final long nanos = nanos(given);
    private String loss;

    private static long nanos(String seconds) {
        double given = STANDARD_SECONDS;
        try {
            given = seconds == null ? given : Double.parseDouble(seconds);
        } catch (NumberFormatException noNumber) {
            given = -1;
        }
        if (!(given >= 0)) {
            throw new TornadoRuntimeException("the property " + SECONDS_PROPERTY + " is " + seconds
                    + ", must be a number of seconds of at least 0; 0 waits for ever");
        }
        return (long) (given * TimeUnit.SECONDS.toNanos(1));
    }

    /** Why the device is lost, or null. */
    String loss() {
        return loss;
    }

    /**
     * Runs {@code end}, a call of the session that waits.
     *
     * @throws TornadoRuntimeException naming the device, when it ended no command for the time that is allowed; the
     *                                     session must not be used again then, not even to close it
     */
    void await(DeviceDescription device, DeviceSession session, Runnable end) {
        boolean watched = nanos > 0 && (given != null || device.type() != TornadoDeviceType.CPU);
        if (!watched || session.isIdle()) {
            end.run();
            return;
        }
        FutureTask<Void> waiting = new FutureTask<>(end, null);
        WAITERS.execute(waiting);
        long ended = session.ended();
        boolean done = false;
        boolean interrupted = false;
        try {
            while (!done) {
                try {
                    waiting.get(nanos, TimeUnit.NANOSECONDS);
                    done = true;
                } catch (TimeoutException late) {
                    ended = progress(device.name(), session, ended);
                } catch (InterruptedException interruption) {
                    // A device cannot be left half-way; whoever interrupts is heard when it has ended.
                    interrupted = true;
                } catch (ExecutionException failed) {
                    throw failure(failed.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The commands that ended by now, if there are more than before. */
    private long progress(String device, DeviceSession session, long before) {
        long ended = session.ended();
        if (ended == before) {
            loss = "the device " + device + " ended no command within " + nanos / 1e9
                    + " seconds and is lost; if one task may take longer, start Java with a larger -D"
                    + SECONDS_PROPERTY + ", of which 0 waits for ever";
            throw new TornadoRuntimeException(loss);
        }
        return ended;
    }

    private static RuntimeException failure(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return (RuntimeException) cause;
    }
}
