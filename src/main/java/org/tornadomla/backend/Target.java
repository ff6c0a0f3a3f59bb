package org.tornadomla.backend;

import java.util.List;
import java.util.Optional;

import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.bundled.device.DeviceProperties;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;

/**
 * A device of an engine, as a plan is built for it.
 *
 * @param engine  what runs the task graphs on it
 * @param backend index of the backend in the active runtime
 * @param index   index of the device in its backend
 * @param device  the runtime's device
 * @param trusted whether it is used without a self-test
 */
@PublicApi(opaque = true)
public record Target(Engine engine, int backend, int index, TornadoDevice device, boolean trusted) {

    /** The property that says whether devices are taken to have many cores: {@code many} or {@code few}. */
    public static final String CORES = "mla.cores";

    private static final int CPU_ITEMS_PER_CORE = 1;
    private static final int GPU_GROUP = 64;
    private static final String BAILOUT = "tornado.recover.bailout";

    /** The same device, used without a self-test. */
    public Target withoutSelfTest() {
        return new Target(engine, backend, index, device, true);
    }

    /** The device's own name. */
    public String name() {
        return device.getPhysicalDevice().getDeviceName().strip();
    }

    /**
     * What the device says of itself: its own name where it cannot be asked, which TornadoVM's SPIR-V devices cannot.
     */
    String info() {
        try {
            return device.getPhysicalDevice().getDeviceInfo();
        } catch (UnsupportedOperationException e) {
            return name();
        }
    }

    /**
     * Whether the device is taken for a GPU or the like, with many small cores: what the property {@value #CORES} says,
     * or else the device's type.
     *
     * @throws ConfigurationException when the property is neither {@code many} nor {@code few}
     */
    public boolean manyCores() {
        String cores = System.getProperty(CORES, "");
        return switch (cores) {
            case "" -> device.getDeviceType() != TornadoDeviceType.CPU;
            case "many" -> true;
            case "few" -> false;
            default -> throw new ConfigurationException("the property " + CORES + " is " + cores
                    + "; it may be many or few, or unset for what suits each device's type");
        };
    }

    /** Whether that is said by the property {@value #CORES}, and not by the device's type. */
    public boolean isManyCoresBySetting() {
        return manyCores() && device.getDeviceType() == TornadoDeviceType.CPU;
    }

    /** Whether a buffer may be the host's own array, so that nothing is copied; TornadoVM copies all. */
    public boolean computesInHostMemory() {
        return device instanceof DeviceProperties properties && properties.hostMemory();
    }

    /** What the device has and allows. */
    public DeviceLimits limits() {
        return DeviceLimits.of(this);
    }

    /** Cores of a CPU, multiprocessors of a GPU. */
    public int computeUnits() {
        return Math.max(1, device.getPhysicalDevice().getDeviceMaxComputeUnits());
    }

    /**
     * The grid to register for a task. TornadoVM starts a loop whose bound is read from an array on one work-item, and
     * a loop of fewer than 4096 iterations as one group, unless it is given a grid; the bundled engines spread loops by
     * themselves.
     *
     * @param items iterations of a parallel loop, or work-items of a {@code KernelContext} kernel
     * @param local group size of a {@code KernelContext} kernel, 0 for a loop
     */
    public Optional<WorkerGrid> grid(int items, int local) {
        if (local == 0 && engine.spreadsLoops()) {
            return Optional.empty();
        }
        int group = local;
        int global = items;
        if (local == 0 && manyCores()) {
            group = GPU_GROUP;
            global = Math.ceilDiv(items, GPU_GROUP) * GPU_GROUP;
        } else if (local == 0) {
            group = 1;
            global = Math.min(items, CPU_ITEMS_PER_CORE * computeUnits());
        }
        WorkerGrid1D grid = new WorkerGrid1D(global);
        grid.setLocalWork(group, 1, 1);
        return Optional.of(grid);
    }

    /**
     * An execution plan of graphs on this device.
     *
     * @throws DeviceException when TornadoVM would answer a failure by running kernels as Java, one work-item of many
     */
    public TornadoExecutionPlan plan(List<ImmutableTaskGraph> graphs) {
        if (Targets.sdkActive() && !System.getProperty(BAILOUT, "True").equalsIgnoreCase("false")) {
            throw new DeviceException(
                    "TornadoVM's bail-out is on: a kernel that fails would give wrong numbers and no error;"
                            + " start with -D" + BAILOUT + "=False, as the launcher mla does");
        }
        TornadoExecutionPlan plan = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
        plan.withDevice(device);
        if (Targets.sdkActive()) {
            CompilerFlags.of(device).ifPresent(flags -> plan.withCompilerFlags(TornadoVMBackendType.OPENCL, flags));
        }
        return plan;
    }

    @Override
    public String toString() {
        return engine + " " + backend + ":" + index + " (" + name() + (trusted ? ", self-test skipped)" : ")");
    }
}
