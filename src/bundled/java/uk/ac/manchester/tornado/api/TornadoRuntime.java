package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** The backends and devices of this virtual machine. */
public interface TornadoRuntime {

    /** Backend {@code index}. */
    TornadoBackend getBackend(int index);

    /** The kind of backend {@code index}. */
    TornadoVMBackendType getBackendType(int index);

    /** Number of backends, also of those without a device. */
    int getNumBackends();

    /** The device of plans that choose none. */
    TornadoDevice getDefaultDevice();
}
