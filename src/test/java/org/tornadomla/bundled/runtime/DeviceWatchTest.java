package org.tornadomla.bundled.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.Engine;
import org.tornadomla.bundled.jvm.JvmEngine;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A device that never ends what it began is an error, one that is slow is none. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeviceWatchTest {

    private final FloatArray x = FloatArray.fromElements(1, 2, 3, 4);
    private final FloatArray y = new FloatArray(4);
    private final LateDevice device = new LateDevice();
    private String before;

    /** The JVM as a device whose commands end when a test says so. */
    private static final class LateDevice implements Engine, Device {

        private final Device sound = new JvmEngine().devices().getFirst();
        private final AtomicLong ended = new AtomicLong();
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile boolean goesOn;
        private volatile boolean finished;
        /** Whether everything ended, asked with the nanoseconds that one may wait. */
        private volatile LongPredicate all = nanos -> true;

        @Override
        public String name() {
            return "late";
        }

        @Override
        public List<LateDevice> devices() {
            return List.of(this);
        }

        @Override
        public String unavailableReason() {
            return "";
        }

        @Override
        public DeviceDescription description() {
            DeviceDescription like = sound.description();
            return new DeviceDescription("late JVM", like.platform(), name(), like.type(), like.memory(), like.groups(),
                    like.arithmetic(), like.details());
        }

        @Override
        public DeviceSession open() {
            DeviceSession session = sound.open();
            return (DeviceSession) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[]{DeviceSession.class},
                    (proxy, method, arguments) -> call(session, method, arguments));
        }

        /** Waits in vain. */
        private static boolean late(long nanos) {
            LockSupport.parkNanos(nanos);
            return false;
        }

        private Object call(DeviceSession session, Method method, Object... arguments) throws Throwable {
            switch (method.getName()) {
                case "awaitAll" -> {
                    return all.test((long) arguments[0]);
                }
                case "ended" -> {
                    // Between two questions there is always one more.
                    return goesOn ? ended.incrementAndGet() : ended.get();
                }
                case "finish" -> finished = true;
                case "close" -> closed.set(true);
                default -> {
                }
            }
            try {
                return method.invoke(session, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }
    }

    @BeforeEach
    void offer() {
        before = System.getProperty(DeviceWatch.SECONDS_PROPERTY);
        Engines.add(device);
    }

    @AfterEach
    void withdraw() {
        Engines.remove(device);
        set(before);
    }

    private static void set(String seconds) {
        if (seconds == null) {
            System.clearProperty(DeviceWatch.SECONDS_PROPERTY);
        } else {
            System.setProperty(DeviceWatch.SECONDS_PROPERTY, seconds);
        }
    }

    private TornadoExecutionPlan plan() {
        TaskGraph graph = new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x)
                .task("t", TestKernels::addTo, x, 1f, y).transferToHost(EVERY_EXECUTION, y);
        return new TornadoExecutionPlan(graph.snapshot())
                .withDevice(TornadoExecutionPlan.getDevice(Engines.all().indexOf(device), 0));
    }

    @Test
    void aDeviceThatHangsIsLostAndLeftAlone() throws Exception {
        set("0.05");
        device.all = LateDevice::late;
        TornadoExecutionPlan plan = plan();
        String message = assertThrows(TornadoRuntimeException.class, plan::execute).getMessage();
        assertTrue(message.contains("late JVM") && message.contains("0.05 seconds")
                && message.contains(DeviceWatch.SECONDS_PROPERTY), message);
        assertTrue(!device.finished, "nobody waits in the driver's own call, which may never return");
        String again = assertThrows(TornadoRuntimeException.class, plan::execute).getMessage();
        assertTrue(again.contains("of no more use") && again.contains(message), again);
        plan.close();
        assertTrue(!device.closed.get(), "closing asks the lost device");
    }

    @Test
    void aSlowDeviceThatEndsCommandsIsWaitedFor() throws Exception {
        set("0.05");
        device.goesOn = true;
        device.all = nanos -> device.ended.get() >= 4 || LateDevice.late(nanos);
        try (TornadoExecutionPlan plan = plan()) {
            plan.execute();
        }
        assertArrayEquals(new float[]{2, 3, 4, 5}, y.toHeapArray());
        assertTrue(device.closed.get());
    }

    @Test
    void whatWaitingThrowsComesThrough() throws Exception {
        set("60");
        TornadoRuntimeException failure = new TornadoRuntimeException("the driver says no");
        device.all = nanos -> {
            throw failure;
        };
        try (TornadoExecutionPlan plan = plan()) {
            assertSame(failure, assertThrows(TornadoRuntimeException.class, plan::execute));
            device.all = nanos -> true;
            plan.execute();
        }
        assertEquals(2f, y.get(0));
    }

    @Test
    void theTimeIsANumberOrRefused() {
        for (String wrong : List.of("-1", "NaN", "soon", "")) {
            set(wrong);
            String message = assertThrows(TornadoRuntimeException.class, this::plan).getMessage();
            assertTrue(message.contains(DeviceWatch.SECONDS_PROPERTY + " is " + wrong), message);
        }
    }

    /** Every device is watched, for a minute when nobody says otherwise, and with 0 none is. */
    @ParameterizedTest
    @CsvSource({", 60", "7, 7", "0, 0"})
    void anyDeviceIsWatchedUnlessSomebodySaysNo(String seconds, long allowed) throws Exception {
        set(seconds);
        List<Long> waits = new ArrayList<>();
        device.goesOn = true;
        device.all = nanos -> waits.add(nanos) && waits.size() == 3;
        try (TornadoExecutionPlan plan = plan()) {
            plan.execute();
        }
        assertTrue(device.finished);
        assertEquals(allowed == 0 ? 0 : 3, waits.size());
        assertEquals(allowed == 0 ? List.of() : Collections.nCopies(2, TimeUnit.SECONDS.toNanos(allowed)),
                waits.stream().skip(1).toList());
    }
}
