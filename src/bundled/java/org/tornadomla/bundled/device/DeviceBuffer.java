package org.tornadomla.bundled.device;

/**
 * A buffer in a device's memory, the counterpart of one host array. Freed once; freeing twice is an error of the
 * caller.
 */
public interface DeviceBuffer {

    /** Bytes of payload, without the host array's header. */
    long bytes();

    /** Gives the memory back to the device. */
    void free();
}
