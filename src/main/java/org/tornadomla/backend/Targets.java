package org.tornadomla.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.DeviceException;

/** Finds the devices of the active runtime, and chooses among them. */
@PublicApi
public final class Targets {

    private Targets() {
    }

    /** Whether TornadoVM's SDK runs the graphs, and not the bundled runtime. */
    public static boolean sdkActive() {
        return TaskGraph.class.getModule().isNamed();
    }

    /**
     * Every device of the active runtime, in its order.
     *
     * @throws DeviceException when an SDK is active and finds no driver
     */
    public static List<Target> all() {
        return all(Optional.empty());
    }

    /**
     * The devices of an engine, or of all. Other engines are not started: an OpenCL driver may be a compiler of many
     * megabytes.
     */
    private static List<Target> all(Optional<Engine> wanted) {
        TornadoRuntime runtime = runtime();
        List<Target> targets = new ArrayList<>();
        for (int backend = 0; backend < runtime.getNumBackends(); backend++) {
            TornadoBackend found = runtime.getBackend(backend);
            Engine engine = engine(found.getBackendType());
            if (wanted.isEmpty() || wanted.get() == engine) {
                for (int device = 0; device < found.getNumDevices(); device++) {
                    targets.add(new Target(engine, backend, device, found.getDevice(device), false));
                }
            }
        }
        return targets;
    }

    /** The runtime; starting an SDK finds its drivers, and fails in the initialiser of a class when there are none. */
    private static TornadoRuntime runtime() {
        try {
            return TornadoRuntimeProvider.getTornadoRuntime();
        } catch (Exception | LinkageError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String problem = firstSentence(DeviceException.reason(cause).replace("[WARNING] ", ""));
            throw new DeviceException(
                    "TornadoVM found no driver for a device (" + problem + "): install the driver of your device,"
                            + " tornado-config/README.md lists them, or start without TORNADOVM_HOME",
                    e);
        }
    }

    /** A dot inside a name, as of a class, ends no sentence. */
    static String firstSentence(String text) {
        return text.strip().replaceFirst("(?s)[.](\\s.*)?$", "");
    }

    private static Engine engine(TornadoVMBackendType type) {
        if (sdkActive()) {
            return Engine.TORNADOVM;
        }
        return switch (type) {
            case JAVA -> Engine.JVM;
            case OPENCL -> Engine.OPENCL;
            default -> Engine.ADDED;
        };
    }

    /** The default device: of the SDK where it is active, else the first OpenCL device, else the JVM. */
    public static Target automatic() {
        return choose(Engine.AUTO, null);
    }

    /**
     * The device that a user asked for.
     *
     * @param engine one of {@link Engine#words}
     * @param device {@code backend:index} as {@link #all()} numbers them, an index among the engine's devices, or null
     *                   for the first
     * @throws DeviceException naming what there is and what to do, when there is no such device
     */
    public static Target choose(String engine, @Nullable String device) {
        Optional<Engine> wanted = Engine.of(engine);
        List<Target> all = all(wanted);
        List<Target> candidates = wanted.isEmpty() ? preferred(all) : all;
        if (candidates.isEmpty()) {
            throw new DeviceException(whyNone(engine));
        }
        if (device == null) {
            return candidates.getFirst();
        }
        if (device.matches("\\d+:\\d+")) {
            return all.stream().filter(t -> device.equals(t.backend() + ":" + t.index())).findFirst()
                    .orElseThrow(() -> unknown(device, engine, all));
        }
        if (!device.matches("\\d{1,9}") || Integer.parseInt(device) >= candidates.size()) {
            throw unknown(device, engine, candidates);
        }
        return candidates.get(Integer.parseInt(device));
    }

    private static List<Target> preferred(List<Target> all) {
        List<Target> accelerated = all.stream().filter(t -> t.engine().accelerated()).toList();
        return accelerated.isEmpty() ? all : accelerated;
    }

    /**
     * What to say where an engine has no device: that it has none, and what to do.
     *
     * @param engine one of {@link Engine#words}
     */
    public static String whyNone(String engine) {
        return "no device for engine " + engine + ": " + Engine.of(engine).orElse(Engine.ADDED).cure();
    }

    private static DeviceException unknown(String device, String engine, List<Target> candidates) {
        return new DeviceException("no device " + device + " for engine " + engine + "; there are: "
                + candidates.stream().map(Target::toString).collect(Collectors.joining("; ")));
    }
}
