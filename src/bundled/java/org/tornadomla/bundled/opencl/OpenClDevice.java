package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.opencl.source.KernelSource;
import org.tornadomla.bundled.opencl.source.KernelTranslator;
import org.tornadomla.bundled.opencl.source.TranslationOptions;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * An OpenCL device. Its context and the programs built last are shared by all sessions and live as long as the process;
 * a program is built once however many plans use it.
 */
final class OpenClDevice implements Device {

    /** Programs in memory. */
    private static final int MOST_PROGRAMS = 512;
    /** Bytes of programs on the disk, some thousand of them. */
    private static final long MOST_KEPT = 512L << 20;

    /** As many as a vector of the kernels has. */
    private static final int GPU_LANES = 16;

    private final MemorySegment handle;
    private final DeviceDescription description;
    private final String deviceOptions;
    private final OpenClOptions options;
    private final int mostPrograms;
    private final KeptFiles binaries;
    private final SourceCache sources;
    private final Map<String, MemorySegment> programs = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, MemorySegment> unkept = new LinkedHashMap<>();
    private MemorySegment context;
    private int builtFromSource;
    private int builtFromBinary;

    OpenClDevice(MemorySegment handle, DeviceDescription description, String deviceOptions, OpenClOptions options) {
        this(handle, description, deviceOptions, options, MOST_PROGRAMS);
    }

    OpenClDevice(MemorySegment handle, DeviceDescription description, String deviceOptions, OpenClOptions options,
            int mostPrograms) {
        this.mostPrograms = mostPrograms;
        this.handle = handle;
        this.description = description;
        this.deviceOptions = deviceOptions;
        this.options = options;
        this.binaries = new KeptFiles(options.cacheDirectory(), ".clbin", MOST_KEPT);
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
        return builtFromSource;
    }

    /** How many programs came from the disk. */
    synchronized int builtFromBinary() {
        return builtFromBinary;
    }

    /**
     * A built program, shared and not to be released by the caller.
     *
     * @param flags options of the compiler, besides the device's own
     * @param what  what to call the program in an error
     * @throws TornadoBailoutRuntimeException with the compiler's log when it refuses the source
     */
    synchronized MemorySegment program(String source, String flags, String what) {
        String buildOptions = (deviceOptions + " " + flags).strip();
        String id = buildOptions + "\n" + source;
        MemorySegment known = programs.get(id);
        if (known != null) {
            return known;
        }
        String key = CacheKey.of(description.platform(), description.name(), description.details(), buildOptions,
                source);
        MemorySegment program = fromBinary(binaries.load(key), buildOptions);
        if (program == null) {
            program = fromSource(source, buildOptions, what);
            if (binaries.isKept()) {
                unkept.put(key, program);
            }
        }
        programs.put(id, program);
        if (programs.size() > mostPrograms) {
            keepPrograms();
            // Kernels that still use it keep the driver's object alive.
            OpenCl.releaseProgram(programs.remove(programs.keySet().iterator().next()));
        }
        return program;
    }

    /**
     * Writes new programs to the disk: not before they ran, since a driver may compile more then, or again when it is
     * asked.
     */
    synchronized void keepPrograms() {
        unkept.forEach((key, program) -> {
            try {
                binaries.store(key, OpenCl.binary(program));
            } catch (OpenClException unavailable) {
                // The program is compiled again next time.
            }
        });
        unkept.clear();
    }

    private MemorySegment fromBinary(byte[] binary, String buildOptions) {
        if (binary == null) {
            return null;
        }
        try {
            MemorySegment program = OpenCl.createProgram(context, handle, binary);
            try {
                OpenCl.build(program, handle, buildOptions);
                builtFromBinary++;
                return program;
            } catch (OpenClException refused) {
                OpenCl.releaseProgram(program);
                return null;
            }
        } catch (OpenClException outdated) {
            return null;
        }
    }

    private MemorySegment fromSource(String source, String buildOptions, String what) {
        MemorySegment program = OpenCl.createProgram(context, source);
        try {
            OpenCl.build(program, handle, buildOptions);
            builtFromSource++;
            return program;
        } catch (OpenClException failure) {
            String log = OpenCl.buildLog(program, handle);
            OpenCl.releaseProgram(program);
            throw new TornadoBailoutRuntimeException(
                    what + ": the OpenCL compiler of " + description.name() + " refused the kernel ("
                            + failure.getMessage() + ")\n" + log + "\n" + BuildLog.offendingLines(log, source));
        }
    }
}
