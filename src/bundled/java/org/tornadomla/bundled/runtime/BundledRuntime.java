package org.tornadomla.bundled.runtime;

import java.util.ArrayList;
import java.util.List;
import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.Engine;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;

/** The engines as the API shows them: each is a backend, in the order of {@link Engines#all()}. */
public final class BundledRuntime implements TornadoRuntime {

    private static final BundledRuntime INSTANCE = new BundledRuntime();

    private BundledRuntime() {
    }

    /** The only runtime. */
    public static BundledRuntime instance() {
        return INSTANCE;
    }

    @Override
    public TornadoBackend getBackend(int index) {
        List<Engine> engines = Engines.all();
        if (index < 0 || index >= engines.size()) {
            throw new TornadoBackendNotFound("there is no backend " + index + "; there are " + engines.size()
                    + ", counted from 0: " + engines.stream().map(Engine::name).toList());
        }
        return new Backend(index, engines.get(index));
    }

    @Override
    public TornadoVMBackendType getBackendType(int index) {
        return getBackend(index).getBackendType();
    }

    @Override
    public int getNumBackends() {
        return Engines.all().size();
    }

    @Override
    public TornadoDevice getDefaultDevice() {
        for (int index = 0; index < getNumBackends(); index++) {
            if (getBackend(index).getNumDevices() > 0) {
                return getBackend(index).getDefaultDevice();
            }
        }
        throw new TornadoDeviceNotFound(
                "no engine has a device: " + Engines.all().stream().map(Engine::unavailableReason).toList());
    }

    private record Backend(int index, Engine engine) implements TornadoBackend {

        @Override
        public TornadoDevice getDefaultDevice() {
            return getDevice(0);
        }

        @Override
        public int getNumDevices() {
            return engine.devices().size();
        }

        @Override
        public TornadoDevice getDevice(int deviceIndex) {
            List<? extends Device> devices = engine.devices();
            if (deviceIndex < 0 || deviceIndex >= devices.size()) {
                String reason = devices.isEmpty() ? ": " + engine.unavailableReason() : "";
                throw new TornadoDeviceNotFound("backend " + index + " (" + engine.name() + ") has no device "
                        + deviceIndex + "; it has " + devices.size() + ", counted from 0" + reason);
            }
            return new BundledDevice(index, getBackendType(), devices.get(deviceIndex));
        }

        @Override
        public List<TornadoDevice> getAllDevices() {
            List<TornadoDevice> all = new ArrayList<>();
            for (int device = 0; device < getNumDevices(); device++) {
                all.add(getDevice(device));
            }
            return all;
        }

        @Override
        public String getName() {
            return getNumDevices() > 0 ? engine.name() : engine.name() + ": " + engine.unavailableReason();
        }

        @Override
        public TornadoVMBackendType getBackendType() {
            return switch (engine.name()) {
                case "jvm" -> TornadoVMBackendType.JAVA;
                case "opencl" -> TornadoVMBackendType.OPENCL;
                default -> TornadoVMBackendType.VIRTUAL;
            };
        }
    }
}
