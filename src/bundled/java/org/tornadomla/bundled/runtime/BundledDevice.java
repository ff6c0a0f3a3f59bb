package org.tornadomla.bundled.runtime;

import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceProperties;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * A device of an engine as the API shows it.
 *
 * @param backendIndex index of its engine
 * @param backendType  kind of its engine
 * @param device       the device
 */
record BundledDevice(int backendIndex, TornadoVMBackendType backendType,
        Device device) implements TornadoDevice, TornadoTargetDevice, DeviceProperties {

    private DeviceDescription description() {
        return device.description();
    }

    @Override
    public String getDeviceName() {
        return description().name();
    }

    @Override
    public String getDescription() {
        return description().name() + " (" + description().engine() + ", " + description().type() + ")";
    }

    @Override
    public String getPlatformName() {
        return description().platform();
    }

    @Override
    public TornadoTargetDevice getPhysicalDevice() {
        return this;
    }

    @Override
    public TornadoDeviceType getDeviceType() {
        return description().type();
    }

    @Override
    public long getMaxAllocMemory() {
        return description().memory().allocation();
    }

    @Override
    public long getMaxGlobalMemory() {
        return description().memory().global();
    }

    @Override
    public long getDeviceLocalMemorySize() {
        return description().memory().local();
    }

    @Override
    public long[] getDeviceMaxWorkgroupDimensions() {
        return description().groups().itemSizes().clone();
    }

    @Override
    public int getBackendIndex() {
        return backendIndex;
    }

    @Override
    public int getAvailableProcessors() {
        return description().arithmetic().units();
    }

    @Override
    public TornadoVMBackendType getTornadoVMBackend() {
        return backendType;
    }

    @Override
    public long getDeviceGlobalMemorySize() {
        return description().memory().global();
    }

    @Override
    public int getDeviceMaxComputeUnits() {
        return description().arithmetic().units();
    }

    @Override
    public long[] getDeviceMaxWorkItemSizes() {
        return description().groups().itemSizes().clone();
    }

    @Override
    public long[] getDeviceMaxWorkGroupSize() {
        return new long[]{description().groups().items()};
    }

    @Override
    public int getMaxThreadsPerBlock() {
        return Math.toIntExact(description().groups().items());
    }

    @Override
    public long getDeviceMaxAllocationSize() {
        return description().memory().allocation();
    }

    @Override
    public String getDeviceInfo() {
        return description().details();
    }

    @Override
    public int vectorFloats() {
        return description().arithmetic().vectorFloats();
    }

    @Override
    public boolean hostMemory() {
        return description().memory().shared();
    }

    @Override
    public boolean half() {
        return description().arithmetic().half();
    }

    @Override
    public boolean fp64() {
        return description().arithmetic().fp64();
    }

    @Override
    public String toString() {
        return getDescription();
    }
}
