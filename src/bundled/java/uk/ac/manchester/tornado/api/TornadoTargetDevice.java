package uk.ac.manchester.tornado.api;

/** The limits of a device. */
public interface TornadoTargetDevice {

    /** The device's name. */
    String getDeviceName();

    /** Bytes of the device's memory. */
    long getDeviceGlobalMemorySize();

    /** Bytes of local memory of one work-group. */
    long getDeviceLocalMemorySize();

    /** Compute units. */
    int getDeviceMaxComputeUnits();

    /** Most work-items of one group a dimension; length 3. */
    long[] getDeviceMaxWorkItemSizes();

    /** Most work-items of one group; length 1. */
    long[] getDeviceMaxWorkGroupSize();

    /** Most work-items of one group. */
    int getMaxThreadsPerBlock();

    /** Bytes of the largest buffer. */
    long getDeviceMaxAllocationSize();

    /** Extensions and versions, one text. */
    String getDeviceInfo();
}
