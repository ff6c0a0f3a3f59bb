package org.tornadomla.bundled.device;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * What a device says of itself.
 *
 * @param name                the driver's name of the device
 * @param platform            the platform's (driver's) name and version
 * @param engine              {@code jvm}, {@code opencl} or the name of a test device
 * @param type                CPU, GPU, ...
 * @param computeUnits        cores of a CPU, multiprocessors of a GPU
 * @param globalMemoryBytes   memory of the device
 * @param maxAllocationBytes  largest single buffer
 * @param localMemoryBytes    local memory of one work-group
 * @param maxWorkGroupSize    most work-items of one group
 * @param maxWorkItemSizes    most work-items of one group a dimension; length 3
 * @param preferredFloatLanes width of the vector unit in floats, 1 if unknown
 * @param half                arithmetic on 16-bit floats
 * @param fp64                arithmetic on 64-bit floats
 * @param details             extensions and versions, one text for people and for searches
 */
public record DeviceDescription(String name, String platform, String engine, TornadoDeviceType type, int computeUnits,
        long globalMemoryBytes, long maxAllocationBytes, long localMemoryBytes, long maxWorkGroupSize,
        long[] maxWorkItemSizes, int preferredFloatLanes, boolean half, boolean fp64, String details) {
}
