package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A device on which plans can run. */
public interface TornadoDevice {

    /** The device's name. */
    String getDeviceName();

    /** Name and kind, for people. */
    String getDescription();

    /** Name and version of the device's driver. */
    String getPlatformName();

    /** The device's limits. */
    TornadoTargetDevice getPhysicalDevice();

    /** The kind of device. */
    TornadoDeviceType getDeviceType();

    /** Bytes of the largest buffer. */
    long getMaxAllocMemory();

    /** Bytes of the device's memory. */
    long getMaxGlobalMemory();

    /** Bytes of local memory of one work-group. */
    long getDeviceLocalMemorySize();

    /** Most work-items of one group a dimension; length 3. */
    long[] getDeviceMaxWorkgroupDimensions();

    /** Index of the device's backend. */
    int getBackendIndex();

    /** Compute units. */
    int getAvailableProcessors();

    /** The kind of backend. */
    TornadoVMBackendType getTornadoVMBackend();
}
