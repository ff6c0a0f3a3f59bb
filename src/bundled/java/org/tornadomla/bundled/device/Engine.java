package org.tornadomla.bundled.device;

import java.util.List;

/** A way to run kernels: finds its devices, or says why there are none. */
public interface Engine {

    /** {@code jvm} or {@code opencl}. */
    String name();

    /** The devices, possibly none. Found once; does not throw for a missing driver. */
    List<? extends Device> devices();

    /** Why {@link #devices()} is empty and what would cure it; empty when there are devices. */
    String unavailableReason();
}
