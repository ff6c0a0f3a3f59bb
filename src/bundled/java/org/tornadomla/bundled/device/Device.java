package org.tornadomla.bundled.device;

/** A device on which task graphs can run. Immutable and shared; state lives in the {@link DeviceSession} of a plan. */
public interface Device {

    DeviceDescription description();

    /**
     * Opens the in-order queue of one execution plan.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException when the device cannot be used
     */
    DeviceSession open();
}
