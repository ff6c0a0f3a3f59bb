package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.Engine;

/** Runs kernels through the OpenCL drivers of the machine. Nothing is loaded before the devices are asked for. */
public final class OpenClEngine implements Engine {

    private final BooleanSupplier library;
    private final Supplier<List<OpenClDevice>> drivers;
    private List<OpenClDevice> devices;
    private String reason = "";

    /** An engine with the standard options. */
    public OpenClEngine() {
        this(OpenClOptions.standard());
    }

    OpenClEngine(OpenClOptions options) {
        this(Library::isPresent, () -> usable(options));
    }

    /**
     * An engine.
     *
     * @param library whether the machine has an OpenCL library
     * @param drivers the devices that the drivers of the library name and compile for, in their order
     */
    OpenClEngine(BooleanSupplier library, Supplier<List<OpenClDevice>> drivers) {
        this.library = library;
        this.drivers = drivers;
    }

    @Override
    public String name() {
        return "opencl";
    }

    @Override
    public synchronized List<? extends Device> devices() {
        if (devices == null) {
            devices = find();
        }
        return devices;
    }

    @Override
    public synchronized String unavailableReason() {
        devices();
        return reason;
    }

    /** The devices that compile from source: GPUs first, then CPUs. */
    private List<OpenClDevice> find() {
        if (!library.getAsBoolean()) {
            reason = "no OpenCL library (libOpenCL.so.1, OpenCL.dll) on this machine; install the driver of your GPU, or PoCL for the CPU"
                    + " (Debian and Ubuntu: apt-get install ocl-icd-libopencl1 pocl-opencl-icd)";
            return List.of();
        }
        List<OpenClDevice> found;
        try {
            found = drivers.get();
        } catch (OpenClException failure) {
            reason = "the OpenCL driver does not answer: " + failure.getMessage();
            return List.of();
        }
        if (found.isEmpty()) {
            reason = "the OpenCL library is here but no driver with a device; install the driver of your GPU, or PoCL for the CPU"
                    + " (Debian and Ubuntu: apt-get install pocl-opencl-icd)";
        }
        return found.stream().sorted(Comparator.comparing(OpenClDevice::isCpu)).toList();
    }

    private static List<OpenClDevice> usable(OpenClOptions options) {
        List<OpenClDevice> found = new ArrayList<>();
        for (MemorySegment platform : SignalHandlers.keep(Discovery::platforms)) {
            for (MemorySegment device : SignalHandlers.keep(() -> Discovery.devices(platform))) {
                if (DeviceQuery.canCompile(device)) {
                    DeviceDescription description = DeviceQuery.describe(platform, device);
                    String flags = DeviceQuery.buildOptions(device) + HostProcessor.buildOptions(description) + " "
                            + options.flags();
                    found.add(new OpenClDevice(device, description, flags.strip(), options));
                }
            }
        }
        return found;
    }
}
