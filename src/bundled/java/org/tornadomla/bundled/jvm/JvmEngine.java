package org.tornadomla.bundled.jvm;

import java.util.List;
import org.tornadomla.bundled.device.Engine;

/** The engine that needs nothing but a Java virtual machine. */
public final class JvmEngine implements Engine {

    private final List<JvmDevice> devices = List.of(new JvmDevice());

    @Override
    public String name() {
        return JvmDevice.ENGINE;
    }

    @Override
    public List<JvmDevice> devices() {
        return devices;
    }

    @Override
    public String unavailableReason() {
        return "";
    }
}
