package org.tornadomla.bundled.device;

/** What a device of the bundled runtime says of itself beyond the API that TornadoVM has for it. */
public interface DeviceProperties {

    /** Floats of the device's own vectors; 1 where it has none or does not tell. */
    int vectorFloats();

    /** Whether it computes with 16-bit floats. */
    boolean half();

    /** Whether it computes with 64-bit floats. */
    boolean fp64();

    /** Whether it computes in the host's memory, so that a buffer may be a host array. */
    boolean hostMemory();
}
