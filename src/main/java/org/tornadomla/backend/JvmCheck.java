package org.tornadomla.backend;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.bundled.memory.HostMemory;

/**
 * Options that a JVM with this library should have been started with. The launcher gives all of them; a program of its
 * own gives them itself, and can ask here at its start whether it has. Without any of them results are the same, but a
 * model that is too large for the JVM's limit of memory is refused.
 */
@PublicApi
public final class JvmCheck {

    private static final String SCALING = "CompileThresholdScaling,org/tornadomla/kernels/*.*,0.05";

    private static final List<Known> OPTIONS = List.of(
            new Known("--add-modules=jdk.incubator.vector",
                    "engine jvm computes number by number, many times slower than with the processor's vectors",
                    options -> ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()),
            new Known("--enable-native-access=ALL-UNNAMED",
                    "the JVM warns when the driver of a device is loaded, and a later one will refuse it",
                    options -> JvmCheck.class.getModule().isNativeAccessEnabled()),
            new Known("--sun-misc-unsafe-memory-access=allow",
                    "the JVM warns of libraries that reach memory in the old way",
                    options -> "allow".equals(System.getProperty("sun.misc.unsafe.memory.access"))),
            new Known("-XX:CompileCommand=" + SCALING,
                    "the first steps on engine jvm are interpreted for seconds in the place of tenths",
                    options -> options.stream()
                            .anyMatch(option -> option.startsWith("-XX:CompileCommand=") && option.endsWith(SCALING))),
            new Known("-XX:-DontCompileHugeMethods",
                    "some kernels stay slow on engine jvm where registers hold fewer than 16 floats",
                    options -> options.contains("-XX:-DontCompileHugeMethods")));

    private JvmCheck() {
    }

    private record Known(String option, String without, Predicate<List<String>> given) {
    }

    /**
     * An option that is not there.
     *
     * @param option  as it is written on the command line
     * @param without what the program loses
     */
    public record MissingOption(String option, String without) {

        @Override
        public String toString() {
            return "start the JVM with " + option + ": without it " + without;
        }
    }

    /**
     * Those that are the same on every machine, for whoever starts a JVM: a launcher, a build, or Spark's executors.
     * The limit of memory outside the heap is not among them, since it is the machine's.
     */
    public static List<String> options() {
        return OPTIONS.stream().map(Known::option).toList();
    }

    /**
     * The options that this JVM was started without; none of them changes a result. The last one, on a bundled engine,
     * is {@code -XX:MaxDirectMemorySize} where this JVM may use less memory outside its heap than the machine has.
     */
    public static List<MissingOption> missing() {
        List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
        Stream<MissingOption> fixed = OPTIONS.stream().filter(known -> !known.given.test(given))
                .map(known -> new MissingOption(known.option, known.without));
        // TornadoVM's own arrays are not held to the JVM's limit.
        Optional<MissingOption> memory = Targets.sdkActive()
                ? Optional.empty()
                : memory(HostMemory.limit(), HostMemory.machine());
        return Stream.concat(fixed, memory.stream()).toList();
    }

    /**
     * What is said of memory outside the heap, where weights and caches are.
     *
     * @param limit   bytes of it that a JVM may use
     * @param machine bytes of the machine, or of the container that the JVM is in
     */
    static Optional<MissingOption> memory(long limit, long machine) {
        if (limit >= machine) {
            return Optional.empty();
        }
        return Optional
                .of(new MissingOption("-XX:MaxDirectMemorySize=" + machine, "a model is refused that takes more than "
                        + (limit >> 20) + " of the machine's " + (machine >> 20) + " MiB"));
    }
}
