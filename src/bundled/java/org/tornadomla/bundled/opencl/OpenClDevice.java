package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;
import java.util.Collection;

import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.opencl.source.KernelSource;
import org.tornadomla.bundled.opencl.source.KernelTranslator;
import org.tornadomla.bundled.opencl.source.TranslationOptions;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * An OpenCL device. Its context and the programs built last are shared by all sessions and live as long as the process.
 */
final class OpenClDevice implements Device {

    /** Programs in memory. */
    private static final int MOST_PROGRAMS = 512;
    /** As many as a vector of the kernels has. */
    private static final int GPU_LANES = 16;

    private final MemorySegment handle;
    private final DeviceDescription description;
    private final String deviceOptions;
    private final OpenClOptions options;
    private final Programs programs;
    private final SourceCache sources;
    private MemorySegment context;

    OpenClDevice(MemorySegment handle, DeviceDescription description, String deviceOptions, OpenClOptions options) {
        this(handle, description, deviceOptions, options, MOST_PROGRAMS);
    }

    OpenClDevice(MemorySegment handle, DeviceDescription description, String deviceOptions, OpenClOptions options,
            int mostPrograms) {
        this.handle = handle;
        this.description = description;
        this.deviceOptions = deviceOptions;
        this.options = options;
        this.programs = new Programs(handle, description, mostPrograms, options);
        this.sources = SourceCache.in(options.cacheDirectory());
    }

    @Override
    public DeviceDescription description() {
        return description;
    }

    @Override
    public synchronized DeviceSession open() {
        try {
            if (context == null) {
                context = OpenCl.createContext(handle);
            }
            return new OpenClSession(this, OpenCl.createQueue(context, handle));
        } catch (OpenClException failure) {
            throw new TornadoRuntimeException(
                    "the OpenCL device " + description.name() + " cannot be used: " + failure.getMessage());
        }
    }

    MemorySegment handle() {
        return handle;
    }

    MemorySegment context() {
        return context;
    }

    boolean isCpu() {
        return description.type() == TornadoDeviceType.CPU;
    }

    /** The OpenCL C of a task, translated or as an earlier process translated it. */
    KernelSource source(KernelTask task) {
        return KernelTranslator.translate(task,
                new TranslationOptions(isCpu(), options.contract(), description.arithmetic().fp64(), lanes()), sources);
    }

    /** A GPU's work-items have registers enough for whole vectors. */
    private int lanes() {
        return isCpu() ? description.arithmetic().vectorFloats() : GPU_LANES;
    }

    /** How many programs the driver compiled for this device. */
    synchronized int builtFromSource() {
        return programs.builtFromSource();
    }

    /** How many programs came from the disk. */
    synchronized int builtFromBinary() {
        return programs.builtFromBinary();
    }

    /**
     * A built program, shared and not to be released by the caller.
     *
     * @param flags options of the compiler, besides the device's own
     * @param what  what to call the program in an error
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException with the compiler's log when it
     *                                                                                    refuses the source
     */
    synchronized BuiltProgram program(String source, String flags, String what) {
        return programs.get(context, source, options(flags), what);
    }

    /** Builds the kernels of a plan at once, as far as they are not built yet. */
    synchronized void foresee(Collection<KernelSource> kernels, String flags) {
        programs.foresee(context, kernels, options(flags));
    }

    private String options(String flags) {
        return (deviceOptions + " " + flags).strip();
    }

    /** Writes new programs to the disk. */
    synchronized void keepPrograms() {
        programs.keep();
    }
}
