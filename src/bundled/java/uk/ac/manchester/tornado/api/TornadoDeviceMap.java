package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.List;
import org.tornadomla.bundled.runtime.BundledRuntime;

/** The devices of all backends. */
public class TornadoDeviceMap {

    private final TornadoRuntime runtime = BundledRuntime.instance();

    /** All backends. */
    public TornadoDeviceMap() {
    }

    /** Number of backends, also of those without a device. */
    public int getNumBackends() {
        return runtime.getNumBackends();
    }

    /** All backends. */
    public List<TornadoBackend> getAllBackends() {
        List<TornadoBackend> backends = new ArrayList<>();
        for (int index = 0; index < getNumBackends(); index++) {
            backends.add(runtime.getBackend(index));
        }
        return backends;
    }
}
