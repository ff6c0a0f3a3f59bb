package org.tornadomla.selftest;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.tornadomla.backend.Fingerprint;
import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Step;
import org.tornadomla.layers.FewCores;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.ManyCores;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormats;

/**
 * Runs every kernel on a device, in small awkward sizes, before the device is trusted: TornadoVM and drivers can be
 * wrong without saying so. A pass is remembered in the user's cache folder until driver, SDK or library change; a
 * failure is not, so a cured device is used at once.
 */
public final class SelfTest {

    private static final Map<String, Verdict> KNOWN = new ConcurrentHashMap<>();

    private SelfTest() {
    }

    /**
     * Refuses a device that is not to be trusted.
     *
     * @return the family of kernels to use
     * @throws DeviceException naming the operation, and the error or the largest difference
     */
    public static KernelFamily require(Target target) {
        return require(target, NumberFormats.F32);
    }

    /**
     * Refuses a device that is not to be trusted, or not with weights or a cache in a number format. What a device
     * lacks is asked of a device that is used without a self-test too.
     *
     * @return the family of kernels to use
     * @throws DeviceException naming what the device lacks, or the operation and the error or the largest difference
     */
    public static KernelFamily require(Target target, NumberFormats formats) {
        formats.weights().refusal(target).ifPresent(reason -> {
            throw new DeviceException(reason);
        });
        if (!target.trusted()) {
            suites(formats).forEach(suite -> passed(target, suite));
        }
        return family(target);
    }

    /** The family of kernels that is made for a device of its kind. */
    public static KernelFamily family(Target target) {
        return target.manyCores() ? ManyCores.of(target) : FewCores.LOOPS;
    }

    /**
     * The same for weights in several number formats.
     *
     * @return the family of kernels to use
     * @throws DeviceException naming what the device lacks, or the operation and the error or the largest difference
     */
    public static KernelFamily require(Target target, FormatChoice weights, CacheType cache) {
        KernelFamily family = require(target, NumberFormats.of(cache));
        weights.formats().forEach(format -> require(target, NumberFormats.of(format)));
        return family;
    }

    /**
     * What is tested one by one for formats of weights and cache: 32-bit numbers, and each of the two that has fewer
     * bits.
     */
    private static Stream<NumberFormats> suites(NumberFormats formats) {
        return Stream.of(NumberFormats.F32, NumberFormats.of(formats.weights()), NumberFormats.of(formats.cache()))
                .distinct();
    }

    private static Verdict passed(Target target, NumberFormats suite) {
        Verdict verdict = verdict(target, suite);
        if (!verdict.passed()) {
            throw new DeviceException(target + " failed its self-test: " + verdict.finding()
                    + "; update its driver or use another device, mla devices shows them (--trust skips the self-test)");
        }
        return verdict;
    }

    /**
     * Whether {@link #require(Target, NumberFormats)} needs no run of the self-test, which may take seconds: all of it
     * passed before, or is skipped.
     */
    public static boolean isSettled(Target target, NumberFormats formats) {
        return target.trusted() || suites(formats).allMatch(suite -> {
            String fingerprint = fingerprint(target, suite);
            return KNOWN.containsKey(fingerprint) || VerdictStore.of(target, suite, fingerprint).load() != null;
        });
    }

    /** What the self-test says of a device: remembered, or found by running it. */
    public static Verdict verdict(Target target) {
        return verdict(target, NumberFormats.F32);
    }

    private static String fingerprint(Target target, NumberFormats suite) {
        return Fingerprint.of(target) + " " + suite + " " + family(target);
    }

    private static Verdict verdict(Target target, NumberFormats suite) {
        String fingerprint = fingerprint(target, suite);
        // Not computeIfAbsent: other devices need not wait.
        Verdict known = KNOWN.get(fingerprint);
        if (known == null) {
            VerdictStore store = VerdictStore.of(target, suite, fingerprint);
            known = store.load();
            if (known == null) {
                known = run(target, suite);
                if (!known.passed()) {
                    return known;
                }
                store.save(known);
            }
            KNOWN.put(fingerprint, known);
        }
        return known;
    }

    /** Runs the self-test, whatever is remembered. */
    public static Verdict run(Target target) {
        return run(target, NumberFormats.F32);
    }

    private static Verdict run(Target target, NumberFormats suite) {
        try {
            GroupCheck.run(target);
            RelayCheck.run(target);
            LoopCheck.run(target);
            List<StepCheck> checks = checks(target, family(target), suite);
            StepCheck.compile(target, checks);
            checks.forEach(StepCheck::run);
            return new Verdict(true, checks.size() + " operations");
        } catch (DeviceException e) {
            return new Verdict(false, e.getMessage());
        }
    }

    /**
     * A check for each kernel that number formats need, and for each of its switches; of the narrow formats, only what
     * F32 lacks.
     */
    static List<StepCheck> checks(Target target, KernelFamily family, NumberFormats suite) {
        SampleDecoder sample = new SampleDecoder(family, suite);
        Set<String> checked = suite.equals(NumberFormats.F32)
                ? Set.of()
                : new SampleDecoder(family).steps().stream().map(StepCheck::signature).collect(Collectors.toSet());
        Map<String, Step> chosen = new LinkedHashMap<>();
        sample.steps().stream().filter(step -> !checked.contains(StepCheck.signature(step)))
                .forEach(step -> chosen.putIfAbsent(StepCheck.signature(step), step));
        sample.prompt();
        Map<Step, Expectation> prompt = trace(sample, chosen.values());
        sample.next();
        Map<Step, Expectation> next = trace(sample, chosen.values());
        return chosen.values().stream()
                .map(step -> new StepCheck(step, target, List.of(prompt.get(step), next.get(step)))).toList();
    }

    /** Runs a round as Java and keeps what some of its steps must do. */
    @SuppressWarnings("ReferenceEquality") // Equal steps at two places are two steps.
    private static Map<Step, Expectation> trace(SampleDecoder sample, Collection<Step> chosen) {
        Map<Step, Expectation> trace = new IdentityHashMap<>();
        for (Step step : sample.steps()) {
            if (chosen.stream().anyMatch(other -> other == step)) {
                trace.put(step, Expectation.of(step, sample.arrays(step)));
            } else {
                step.java().run();
            }
        }
        return trace;
    }
}
