package org.tornadomla.backend;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.tornadomla.error.DeviceException;

/** What runs the task graphs, and what is known of each. */
public enum Engine {

    /** The bundled runtime's rewriting of bytecode. */
    JVM("jvm", false, true, false, false, "since no accelerated device was found"),
    /** The bundled runtime's translation to OpenCL C. */
    OPENCL("opencl", true, true, false, true, "the first device of an OpenCL driver"),
    /** A TornadoVM SDK. */
    TORNADOVM("tornadovm", true, false, true, false, "since TORNADOVM_HOME names an SDK"),
    /** An engine that was added to the bundled runtime. */
    ADDED("added", true, true, false, false, "since the bundled runtime was given it");

    /** What a user may say instead of a name: whichever is best. */
    public static final String AUTO = "auto";

    private final String label;
    private final boolean accelerated;
    private final boolean spreadsLoops;
    private final boolean keepsCodeByName;
    private final boolean joinsKernels;
    private final String reason;

    Engine(String label, boolean accelerated, boolean spreadsLoops, boolean keepsCodeByName, boolean joinsKernels,
            String reason) {
        this.label = label;
        this.accelerated = accelerated;
        this.spreadsLoops = spreadsLoops;
        this.keepsCodeByName = keepsCodeByName;
        this.joinsKernels = joinsKernels;
        this.reason = reason;
    }

    /** The words that a user may ask for an engine with. */
    public static List<String> words() {
        return Stream.concat(Stream.of(AUTO), named().map(Engine::toString)).toList();
    }

    private static Stream<Engine> named() {
        return Arrays.stream(values()).filter(engine -> engine != ADDED);
    }

    /**
     * The engine of a user's word.
     *
     * @return empty for {@link #AUTO}
     * @throws DeviceException naming the words that there are
     */
    public static Optional<Engine> of(String word) {
        if (word.equals(AUTO)) {
            return Optional.empty();
        }
        return Optional.of(named().filter(engine -> engine.label.equals(word)).findFirst().orElseThrow(
                () -> new DeviceException("engine " + word + " is unknown; there are " + String.join(", ", words()))));
    }

    /** Whether its devices are preferred to the JVM's own threads, which are the last resort. */
    public boolean accelerated() {
        return accelerated;
    }

    /** Whether it spreads a parallel loop over the device by itself, without a grid. */
    public boolean spreadsLoops() {
        return spreadsLoops;
    }

    /** Whether it keeps the code of a plan's tasks under the names of graph and task, and takes it from there. */
    public boolean keepsCodeByName() {
        return keepsCodeByName;
    }

    /** Whether the kernels of a plan take less time to compile than each in a plan of its own. */
    public boolean joinsKernels() {
        return joinsKernels;
    }

    /** Why its first device is the default where that is so. */
    public String reason() {
        return reason;
    }

    /** What to do where it has no device. */
    String cure() {
        return switch (this) {
            case TORNADOVM -> "start with TORNADOVM_HOME set to a TornadoVM SDK";
            case OPENCL -> Targets.sdkActive()
                    ? "the SDK runs its own OpenCL; use --engine tornadovm, or start without TORNADOVM_HOME"
                    : "install an OpenCL driver, on Debian for example pocl-opencl-icd (CPU) or the GPU vendor's";
            case JVM -> "the SDK is active; start without TORNADOVM_HOME";
            case ADDED -> "the runtime found no device";
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
