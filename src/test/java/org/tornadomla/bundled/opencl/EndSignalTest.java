package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Waiting for a command ends with the command or with the time, whichever is first. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndSignalTest {

    /** Each round needs the one before it: some tenths of a second on any processor. */
    private static final int ROUNDS = 400_000_000;
    private static final long AGES = TimeUnit.SECONDS.toNanos(100);

    private final FloatArray x = FloatArray.fromElements(1);
    private DeviceSession session;
    private DeviceBuffer buffer;

    static void slow(FloatArray x, int rounds) {
        for (@Parallel
        int i = 0; i < x.getSize(); i++) {
            float value = x.get(i);
            for (int round = 0; round < rounds; round++) {
                value = value * 0.5f + 1;
            }
            x.set(i, value);
        }
    }

    @BeforeEach
    void open() {
        session = OpenClRun.device(true).open();
        buffer = session.allocate(x);
    }

    @AfterEach
    void close() {
        session.close();
    }

    private void launch() {
        KernelTask task = OpenClRun.task(EndSignalTest.class, "slow", x, ROUNDS);
        session.upload(x, buffer);
        session.launch(session.compile(task), new DeviceBuffer[]{buffer, null}, null);
        session.download(buffer, x, 0, Float.BYTES);
    }

    @Test
    void theTimeEndsBeforeTheCommandAndTheCommandBeforeTheTime() {
        launch();
        assertFalse(session.awaitAll(1));
        assertTrue(session.ended() < 3, "of upload, kernel and download");
        assertTrue(session.awaitAll(AGES));
        assertEquals(3, session.ended());
        session.finish();
        assertEquals(2f, x.get(0));
        assertEquals(3, session.ended());
        assertTrue(session.awaitAll(1) && session.awaitUploads(1), "nothing is outstanding");
    }

    @Test
    void anInterruptionIsHeardAfterwards() {
        launch();
        Thread.currentThread().interrupt();
        boolean done = session.awaitAll(AGES);
        assertTrue(Thread.interrupted());
        assertTrue(done);
        assertEquals(2f, x.get(0));
    }

    /** The driver's call for a wait that was given up finds nobody, and the next wait hears its own. */
    @Test
    void manyShortWaitsForOneCommand() {
        launch();
        int waits = 1;
        while (!session.awaitAll(TimeUnit.MILLISECONDS.toNanos(1))) {
            waits++;
        }
        assertTrue(waits > 1, "the command was over at once");
        assertEquals(2f, x.get(0));
    }
}
