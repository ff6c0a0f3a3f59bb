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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A device that never ends what it began is an error, one that is slow is none. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeviceWatchTest {

    private final FloatArray x = FloatArray.fromElements(1, 2, 3, 4);
    private final FloatArray y = new FloatArray(4);
    private final LateDevice device = new LateDevice();
    private String before;

    /** The JVM as a device that waits in {@code finish}. */
    private static final class LateDevice implements Engine, Device {

        private final Device sound = new JvmEngine().devices().getFirst();
        private final CountDownLatch end = new CountDownLatch(1);
        private final AtomicLong ended = new AtomicLong();
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile TornadoDeviceType type = TornadoDeviceType.CPU;
        private volatile boolean goesOn;
        private volatile Runnable finish = () -> {};

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
            return new DeviceDescription("late JVM", like.platform(), name(), type, like.memory(), like.groups(),
                    like.arithmetic(), like.details());
        }

        @Override
        public DeviceSession open() {
            DeviceSession session = sound.open();
            return (DeviceSession) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[]{DeviceSession.class},
                    (proxy, method, arguments) -> call(session, method, arguments));
        }

        private Object call(DeviceSession session, Method method, Object... arguments) throws Throwable {
            switch (method.getName()) {
                case "isIdle" -> {
                    return false;
                }
                case "ended" -> {
                    // Between two questions there is always one more.
                    return goesOn ? ended.incrementAndGet() : ended.get();
                }
                case "finish" -> finish.run();
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

        void hang() {
            try {
                end.await();
            } catch (InterruptedException interruption) {
                throw new IllegalStateException(interruption);
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
        device.end.countDown();
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
        device.finish = device::hang;
        TornadoExecutionPlan plan = plan();
        String message = assertThrows(TornadoRuntimeException.class, plan::execute).getMessage();
        assertTrue(message.contains("late JVM") && message.contains("0.05 seconds")
                && message.contains(DeviceWatch.SECONDS_PROPERTY), message);
        String again = assertThrows(TornadoRuntimeException.class, plan::execute).getMessage();
        assertTrue(again.contains("of no more use") && again.contains(message), again);
        plan.close();
        assertTrue(!device.closed.get(), "closing asks the lost device");
    }

    @Test
    void aSlowDeviceThatEndsCommandsIsWaitedFor() throws Exception {
        set("0.05");
        device.goesOn = true;
        device.finish = () -> {
            while (device.ended.get() < 4) {
                Thread.onSpinWait();
            }
        };
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
        device.finish = () -> {
            throw failure;
        };
        try (TornadoExecutionPlan plan = plan()) {
            assertSame(failure, assertThrows(TornadoRuntimeException.class, plan::execute));
            device.finish = () -> {};
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

    /** A CPU is watched only on request, any other device unless somebody says no. */
    @ParameterizedTest
    @CsvSource({"CPU,, true", "CPU, 60, false", "CPU, 0, true", "GPU,, false", "GPU, 60, false", "GPU, 0, true"})
    void theCallerWaitsItselfWhereNobodyWatches(TornadoDeviceType type, String seconds, boolean itself)
            throws Exception {
        set(seconds);
        device.type = type;
        Thread[] waited = new Thread[1];
        device.finish = () -> waited[0] = Thread.currentThread();
        try (TornadoExecutionPlan plan = plan()) {
            plan.execute();
        }
        assertEquals(itself, Thread.currentThread() == waited[0]);
    }
}
