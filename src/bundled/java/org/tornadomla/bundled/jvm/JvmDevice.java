package org.tornadomla.bundled.jvm;

import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.memory.HostMemory;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** The processor this virtual machine runs on. */
final class JvmDevice implements Device {

    static final String ENGINE = "jvm";

    /** As small as on GPUs, so that a kernel that needs more shows it here already. */
    static final int LOCAL_MEMORY_BYTES = 48 * 1024;

    private static final int MAX_GROUP_SIZE = 1024;

    private final DeviceDescription description = describe();

    private static DeviceDescription describe() {
        // Its buffers are outside the heap.
        long memory = HostMemory.limit();
        String machine = System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
        return new DeviceDescription("JVM on " + System.getProperty("os.arch"), machine, ENGINE, TornadoDeviceType.CPU,
                new DeviceDescription.Memory(memory, memory, LOCAL_MEMORY_BYTES, true),
                new DeviceDescription.Groups(MAX_GROUP_SIZE,
                        new long[]{MAX_GROUP_SIZE, MAX_GROUP_SIZE, MAX_GROUP_SIZE}),
                new DeviceDescription.Arithmetic(Workers.threads(), VectorUnit.LANES, true, true),
                machine + ", float vectors of " + VectorUnit.LANES);
    }

    @Override
    public DeviceDescription description() {
        return description;
    }

    @Override
    public DeviceSession open() {
        return new JvmSession();
    }
}
