package org.tornadomla.spark;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.Engine;
import org.tornadomla.bundled.jvm.JvmEngine;
import org.tornadomla.bundled.runtime.Engines;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The JVM as a device of an engine of its own, which fails from when a test says so. */
final class FailingDevice implements Engine, Device {

    /** What chooses it: it is behind the engines that there are. */
    static final String PLACE = "2:0";
    static final String MESSAGE = "the card fell off its bus";
    static final AtomicBoolean FAILS = new AtomicBoolean();

    private static final AtomicBoolean ADDED = new AtomicBoolean();

    private final Device sound = new JvmEngine().devices().getFirst();

    private FailingDevice() {
    }

    /** Adds it to this JVM's devices, once. */
    static void add() {
        if (ADDED.compareAndSet(false, true)) {
            Engines.add(new FailingDevice());
        }
    }

    @Override
    public String name() {
        return "failing";
    }

    @Override
    public List<? extends Device> devices() {
        return List.of(this);
    }

    @Override
    public String unavailableReason() {
        return "";
    }

    @Override
    public DeviceDescription description() {
        return sound.description();
    }

    @Override
    public DeviceSession open() {
        DeviceSession session = sound.open();
        return (DeviceSession) Proxy.newProxyInstance(FailingDevice.class.getClassLoader(),
                new Class<?>[]{DeviceSession.class}, (_, method, arguments) -> {
                    if (FAILS.get() && !method.getName().equals("close")) {
                        throw new TornadoRuntimeException(MESSAGE);
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
