package uk.ac.manchester.tornado.api.runtime;

import org.tornadomla.bundled.runtime.BundledRuntime;
import uk.ac.manchester.tornado.api.TornadoRuntime;

/** Where a program finds the runtime. */
public class TornadoRuntimeProvider {

    /** Only static members are of use. */
    public TornadoRuntimeProvider() {
    }

    /** The runtime of this virtual machine. */
    public static TornadoRuntime getTornadoRuntime() {
        return BundledRuntime.instance();
    }
}
