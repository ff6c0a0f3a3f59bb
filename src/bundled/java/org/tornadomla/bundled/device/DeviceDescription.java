package org.tornadomla.bundled.device;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * What a device says of itself.
 *
 * @param name       the driver's name of the device
 * @param platform   the platform's (driver's) name and version
 * @param engine     {@code jvm}, {@code opencl} or the name of a test device
 * @param type       CPU, GPU, ...
 * @param memory     how much it holds
 * @param groups     how large its work-groups may be
 * @param arithmetic what it computes with
 * @param details    extensions and versions, one text for people and for searches
 */
public record DeviceDescription(String name, String platform, String engine, TornadoDeviceType type, Memory memory,
        Groups groups, Arithmetic arithmetic, String details) {

    /**
     * What a device computes with.
     *
     * @param units        cores of a CPU, multiprocessors of a GPU
     * @param vectorFloats floats of its own vectors; 1 where it has none or does not tell
     * @param half         whether it has 16-bit floats
     * @param fp64         whether it has 64-bit floats
     */
    public record Arithmetic(int units, int vectorFloats, boolean half, boolean fp64) {
    }

    /**
     * Bytes of a device's memory.
     *
     * @param global     all of it
     * @param allocation the largest single buffer
     * @param local      what one work-group shares
     * @param shared     whether it is the host's own memory, so that a buffer may be a host array
     */
    public record Memory(long global, long allocation, long local, boolean shared) {
    }

    /**
     * Limits of work-groups.
     *
     * @param items     most work-items of one group
     * @param itemSizes most work-items of one group a dimension; length 3
     */
    public record Groups(long items, long[] itemSizes) {
    }
}
