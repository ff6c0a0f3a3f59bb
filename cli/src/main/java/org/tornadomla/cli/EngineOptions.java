package org.tornadomla.cli;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.NumberFormats;
import org.tornadomla.weights.WeightFormats;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that computes: where. */
class EngineOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = "auto",
            description = "jvm, opencl, tornadovm, or auto: an accelerated one if there is any"
                    + " (default: ${DEFAULT-VALUE}).")
    private String engine;

    @Option(names = "--device", paramLabel = "DEVICE",
            description = "Index among the engine's devices, or BACKEND:INDEX as mla devices shows it.")
    private @Nullable String device;

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads to compute with; all by default.")
    private BigInteger threads;

    @Option(names = "--trust", description = "Use the device without a self-test.")
    private boolean trust;

    /** {@link #target(Function, CacheType)} for 32-bit numbers. */
    final Target target() {
        return target(_ -> WeightFormats.F32, CacheType.F32);
    }

    /**
     * The device to compute on. Says so where it will be tested first.
     *
     * @param weights number formats of weights on a device
     * @param cache   number format of the cache
     * @throws org.tornadomla.error.DeviceException when there is no such device, with what to do
     * @throws ConfigurationException               when the number of threads was not set at the start of the JVM
     */
    final Target target(Function<Target, FormatChoice> weights, CacheType cache) {
        return target(device, weights, cache);
    }

    /** Whether a device was asked for. */
    final boolean hasDevice() {
        return device != null;
    }

    /** The same for a device that a user names; null for the first. */
    final Target target(@Nullable String chosen, Function<Target, FormatChoice> weights, CacheType cache) {
        checkThreads();
        Target target = Targets.choose(engine, chosen);
        if (engine.equals(Engine.AUTO) && chosen == null && !target.engine().accelerated()) {
            spec.commandLine().getErr()
                    .println("running on " + target + ", since there is " + Targets.whyNone(Engine.OPENCL.toString()));
        }
        if (trust) {
            return target.withoutSelfTest();
        }
        List<NumberFormat> formats = weights.apply(target).formats();
        if (formats.stream().anyMatch(format -> format.refusal(target).isPresent())) {
            return target;
        }
        if (!SelfTest.isSettled(target, NumberFormats.F32)) {
            spec.commandLine().getErr().println("testing " + target + " before its first use ...");
            return target;
        }
        String untested = formats.stream().filter(format -> !SelfTest.isSettled(target, NumberFormats.of(format)))
                .map(NumberFormat::name).collect(Collectors.joining(", "));
        if (!untested.isEmpty()) {
            tell(target, "weights", untested);
        } else if (!SelfTest.isSettled(target, NumberFormats.of(cache))) {
            tell(target, "a cache", cache.name().toLowerCase(Locale.ROOT));
        }
        return target;
    }

    /** The launcher hands the number to the JVM and to the OpenCL driver, which both take it at their start only. */
    private void checkThreads() {
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads == null || threads.equals(BigInteger.valueOf(processors))) {
            return;
        }
        if (threads.signum() < 1) {
            throw new ConfigurationException("threads is " + threads + ", must be a number from 1 on");
        }
        if (threads.compareTo(BigInteger.valueOf(processors)) < 0) {
            throw new ConfigurationException("threads is " + threads + ", but this JVM was started for " + processors
                    + "; start with the launcher mla, which sets it");
        }
        spec.commandLine().getErr()
                .println("threads is " + threads + ", computing with all " + processors + " of this machine");
    }

    private void tell(Target target, String what, String type) {
        spec.commandLine().getErr()
                .println("testing " + target + " before its first use with " + what + " in " + type + " ...");
    }
}
