package org.tornadomla.bundled.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.tornadomla.bundled.device.DeviceSession;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Waits for a device, but not for ever: one that ends no command for some time is taken for lost. */
final class DeviceWatch {

    /**
     * System property with the seconds after which a device that ended no command is lost, 60 without it; 0 waits for
     * ever.
     */
    static final String SECONDS_PROPERTY = "tornado.mla.watchdog.seconds";

    private static final double STANDARD_SECONDS = 60;

    /** A wait as short as this ends before anything is counted, which asks the driver for each command. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long nanos = nanos(System.getProperty(SECONDS_PROPERTY));
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
     * Waits for commands of a session as long as any of its commands end.
     *
     * @param device the device's name
     * @param ending {@link DeviceSession#awaitAll} or {@link DeviceSession#awaitUploads} of the session
     * @throws TornadoRuntimeException naming the device, when it ended no command for the time that is allowed; the
     *                                     session must not be used again then, not even to close it
     */
    void await(String device, DeviceSession session, LongPredicate ending) {
        if (nanos == 0 || ending.test(Math.min(nanos, SHORT_NANOS))) {
            return;
        }
        long before = session.ended();
        while (!ending.test(nanos)) {
            long ended = session.ended();
            if (ended == before) {
                loss = "the device " + device + " ended no command within " + nanos / 1e9
                        + " seconds and is lost; if one task may take longer, start Java with a larger -D"
                        + SECONDS_PROPERTY + ", of which 0 waits for ever";
                throw new TornadoRuntimeException(loss);
            }
            before = ended;
        }
    }
}
