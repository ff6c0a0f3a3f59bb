package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.opencl.source.KernelSource;

import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/**
 * The programs of a device that were built last, in memory and on the disk. A program is built once however many plans
 * use it, and those that a plan needs at once are built as one. Used by one thread at a time; {@link OpenClDevice} sees
 * to it.
 */
final class Programs {

    /** Bytes of programs on the disk, some thousand of them. */
    private static final long MOST_KEPT = 512L << 20;
    /** Bytes of the files that say in which joined program a kernel is, and of joined programs' sources. */
    private static final long MOST_PLACES = 4L << 20;
    private static final long MOST_JOINED = 64L << 20;

    private final MemorySegment device;
    private final DeviceDescription description;
    private final int most;
    private final KeptFiles binaries;
    private final KeptFiles places;
    /** Sources of joined programs, where the driver keeps what it made of them. */
    private final KeptFiles texts;
    private final Map<String, BuiltProgram> known = new LinkedHashMap<>(16, 0.75f, true);
    /** Joined programs of the disk that are loaded, by their keys. */
    private final Map<String, MemorySegment> joined = new LinkedHashMap<>();
    private final Map<String, MemorySegment> unkept = new LinkedHashMap<>();
    private int builtFromSource;
    private int builtFromBinary;

    /**
     * The programs of a device.
     *
     * @param most    programs in memory
     * @param options say where they are kept on the disk
     */
    Programs(MemorySegment device, DeviceDescription description, int most, OpenClOptions options) {
        this.device = device;
        this.description = description;
        this.most = most;
        Path folder = options.cacheDirectory();
        boolean binary = options.keepsBinaries(description);
        this.binaries = new KeptFiles(binary ? folder : null, ".clbin", MOST_KEPT);
        this.texts = new KeptFiles(binary ? null : folder, ".cl", MOST_JOINED);
        this.places = new KeptFiles(folder, ".place", MOST_PLACES);
    }

    /** How many programs the driver compiled. */
    int builtFromSource() {
        return builtFromSource;
    }

    /** How many programs came from the disk. */
    int builtFromBinary() {
        return builtFromBinary;
    }

    private static String id(String source, String options) {
        return options + "\n" + source;
    }

    private String key(String source, String options) {
        return CacheKey.of(description.platform(), description.name(), description.details(), options, source);
    }

    /**
     * A built program, shared and not to be released by the caller.
     *
     * @param what what to call the program in an error
     * @throws TornadoBailoutRuntimeException with the compiler's log when it refuses the source
     */
    BuiltProgram get(MemorySegment context, String source, String options, String what) {
        BuiltProgram ready = ready(context, source, options);
        if (ready != null) {
            return ready;
        }
        MemorySegment handle = OpenCl.createProgram(context, source);
        try {
            build(handle, options, key(source, options));
        } catch (OpenClException failure) {
            String log = OpenCl.buildLog(handle, device);
            OpenCl.releaseProgram(handle);
            throw new TornadoBailoutRuntimeException(
                    what + ": the OpenCL compiler of " + description.name() + " refused the kernel ("
                            + failure.getMessage() + ")\n" + log + "\n" + BuildLog.offendingLines(log, source));
        }
        return note(source, options, new BuiltProgram(handle, ""));
    }

    /**
     * Builds those of some kernels that are not built yet as one program. Where the compiler refuses one of them none
     * is built: each is then built alone when it is asked for, and the error names it.
     */
    void foresee(MemorySegment context, Collection<KernelSource> sources, String options) {
        Map<String, KernelSource> absent = new LinkedHashMap<>();
        for (KernelSource source : sources) {
            if (!absent.containsKey(source.text()) && ready(context, source.text(), options) == null) {
                absent.put(source.text(), source);
            }
        }
        if (absent.size() < 2) {
            return;
        }
        List<KernelSource> all = new ArrayList<>(absent.values());
        String text = JoinedSource.of(all);
        String key = key(text, options);
        MemorySegment handle = OpenCl.createProgram(context, text);
        try {
            build(handle, options, key);
        } catch (OpenClException refused) {
            OpenCl.releaseProgram(handle);
            return;
        }
        texts.store(key, text.getBytes(StandardCharsets.UTF_8));
        for (int index = 0; index < all.size(); index++) {
            String source = all.get(index).text();
            String suffix = JoinedSource.suffix(index);
            places.store(key(source, options), (suffix + "\n" + key).getBytes(StandardCharsets.UTF_8));
            note(source, options, new BuiltProgram(handle, suffix));
        }
    }

    private void build(MemorySegment handle, String options, String key) {
        OpenCl.build(handle, device, options);
        builtFromSource++;
        if (binaries.isKept()) {
            unkept.put(key, handle);
        }
    }

    /** A program that is in memory or on the disk, or null. */
    private BuiltProgram ready(MemorySegment context, String source, String options) {
        BuiltProgram program = known.get(id(source, options));
        if (program != null) {
            return program;
        }
        String key = key(source, options);
        MemorySegment own = fromBinary(context, key, options);
        if (own != null) {
            return note(source, options, new BuiltProgram(own, ""));
        }
        return place(key).map(place -> {
            MemorySegment handle = joined.computeIfAbsent(place[1], name -> joined(context, name, options));
            return handle == null ? null : note(source, options, new BuiltProgram(handle, place[0]));
        }).orElse(null);
    }

    /** The suffix of a kernel's functions, and the key of the joined program that it is in. */
    private Optional<String[]> place(String key) {
        return Optional.ofNullable(places.load(key))
                .map(content -> new String(content, StandardCharsets.UTF_8).split("\n", 2))
                .filter(parts -> parts.length == 2);
    }

    private BuiltProgram note(String source, String options, BuiltProgram program) {
        known.put(id(source, options), program);
        while (known.size() > most) {
            keep();
            MemorySegment oldest = known.remove(known.keySet().iterator().next()).handle();
            if (known.values().stream().noneMatch(other -> other.handle().equals(oldest))) {
                joined.values().remove(oldest);
                // Kernels that still use it keep the driver's object alive.
                OpenCl.releaseProgram(oldest);
            }
        }
        return program;
    }

    /**
     * Writes new programs to the disk: not before they ran, since a driver may compile more then, or again when it is
     * asked.
     */
    void keep() {
        unkept.forEach((key, program) -> {
            try {
                binaries.store(key, OpenCl.binary(program));
            } catch (OpenClException unavailable) {
                // The program is compiled again next time.
            }
        });
        unkept.clear();
    }

    /** A joined program as an earlier process built it, or null. */
    private MemorySegment joined(MemorySegment context, String key, String options) {
        byte[] text = texts.load(key);
        if (text == null) {
            return fromBinary(context, key, options);
        }
        MemorySegment program = OpenCl.createProgram(context, new String(text, StandardCharsets.UTF_8));
        try {
            build(program, options, key);
            return program;
        } catch (OpenClException refused) {
            OpenCl.releaseProgram(program);
            return null;
        }
    }

    private MemorySegment fromBinary(MemorySegment context, String key, String options) {
        byte[] binary = binaries.load(key);
        if (binary == null) {
            return null;
        }
        try {
            MemorySegment program = OpenCl.createProgram(context, device, binary);
            try {
                OpenCl.build(program, device, options);
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
}
