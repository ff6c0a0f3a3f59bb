package uk.ac.manchester.tornado.api;

import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A way to run tasks, with its devices. */
public interface TornadoBackend {

    /** The first device. */
    TornadoDevice getDefaultDevice();

    /** Number of devices; 0 when what the backend needs is missing. */
    int getNumDevices();

    /** Device {@code index}. */
    TornadoDevice getDevice(int index);

    /** All devices. */
    List<TornadoDevice> getAllDevices();

    /** The backend's name, followed by why it has no device when it has none. */
    String getName();

    /** The kind of backend. */
    TornadoVMBackendType getBackendType();
}
