package org.tornadomla.selftest;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.tornadomla.backend.DeviceException;
import org.tornadomla.backend.Fingerprint;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.SampleDecoder;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.Variants;
import org.tornadomla.tensor.WeightType;

/**
 * Runs every kernel on a device, in small awkward sizes, before the device is trusted: TornadoVM and drivers can be wrong without saying so.
 * A pass is remembered in the user's cache folder until driver, SDK or library change; a failure is not, so a cured device is used at once.
 */
public final class SelfTest {

    private static final Map<String, Verdict> KNOWN = new ConcurrentHashMap<>();

    private SelfTest() {
    }

    /**
     * Refuses a device that is not to be trusted.
     *
     * @return the kernels to use
     * @throws DeviceException naming the operation, and the error or the largest difference
     */
    public static Variants require(Target target) {
        return require(target, WeightType.F32);
    }

    /**
     * Refuses a device that is not to be trusted, or not with weights in a number format. What a device lacks is asked of a device that
     * is used without a self-test too.
     *
     * @return the kernels to use
     * @throws DeviceException naming what the device lacks, or the operation and the error or the largest difference
     */
    public static Variants require(Target target, WeightType type) {
        Variants.refusal(target, type).ifPresent(reason -> {
            throw new DeviceException(reason);
        });
        if (target.trusted()) {
            return Variants.preferred(target);
        }
        Variants variants = passed(target, WeightType.F32).variants();
        if (type != WeightType.F32) {
            passed(target, type);
        }
        return variants;
    }

    private static Verdict passed(Target target, WeightType type) {
        Verdict verdict = verdict(target, type);
        if (!verdict.passed()) {
            throw new DeviceException(target + " failed its self-test: " + verdict.finding()
                    + "; update its driver or use another device, mla devices shows them (--trust skips the self-test)");
        }
        return verdict;
    }

    /**
     * Whether {@link #require(Target, WeightType)} needs no run of the self-test of that number format, which may take seconds: it passed
     * before, or is skipped.
     */
    public static boolean isSettled(Target target, WeightType type) {
        String fingerprint = fingerprint(target, type);
        return target.trusted() || KNOWN.containsKey(fingerprint) || VerdictStore.of(target, type, fingerprint).load() != null;
    }

    /** What the self-test says of a device: remembered, or found by running it. */
    public static Verdict verdict(Target target) {
        return verdict(target, WeightType.F32);
    }

    private static String fingerprint(Target target, WeightType type) {
        return Fingerprint.of(target) + " " + type;
    }

    private static Verdict verdict(Target target, WeightType type) {
        String fingerprint = fingerprint(target, type);
        // Not computeIfAbsent: other devices need not wait.
        Verdict known = KNOWN.get(fingerprint);
        if (known == null) {
            VerdictStore store = VerdictStore.of(target, type, fingerprint);
            known = store.load();
            if (known == null) {
                known = run(target, Variants.preferred(target), type);
                if (!known.passed()) {
                    return known;
                }
                store.save(known);
            }
            KNOWN.put(fingerprint, known);
        }
        return known;
    }

    /** Runs the self-test, whatever is remembered. A kernel that fails is left out where its operation has another. */
    public static Verdict run(Target target) {
        return run(target, Variants.preferred(target), WeightType.F32);
    }

    private static Verdict run(Target target, Variants preferred, WeightType type) {
        Variants variants = preferred;
        String leftOut = "";
        try {
            GroupCheck.run(target);
            RelayCheck.run(target);
        } catch (DeviceException e) {
            return new Verdict(false, e.getMessage(), variants);
        }
        while (true) {
            try {
                List<StepCheck> checks = checks(target, variants, type);
                checks.forEach(StepCheck::run);
                return new Verdict(true, checks.size() + " operations" + leftOut, variants);
            } catch (OperationException e) {
                Optional<Variants> others = variants.without(e.kernel());
                if (others.isEmpty()) {
                    return new Verdict(false, e.getMessage(), variants);
                }
                variants = others.get();
                leftOut += ", without " + e.kernel() + ": " + e.getMessage().lines().findFirst().orElse("");
            }
        }
    }

    /** A check for each kernel that weights of a number format need, and for each of its switches; of the narrow formats, only what F32 lacks. */
    static List<StepCheck> checks(Target target, Variants variants, WeightType type) {
        SampleDecoder sample = new SampleDecoder(variants, type);
        Set<String> checked = type == WeightType.F32 ? Set.of()
                : new SampleDecoder(variants).steps().stream().map(Step::kernel).collect(Collectors.toSet());
        Map<String, Step> chosen = new LinkedHashMap<>();
        sample.steps().stream().filter(step -> !checked.contains(step.kernel()))
                .forEach(step -> chosen.putIfAbsent(StepCheck.signature(step), step));
        sample.prompt();
        Map<Step, Expectation> prompt = trace(sample, chosen.values());
        sample.next();
        Map<Step, Expectation> next = trace(sample, chosen.values());
        return chosen.values().stream().map(step -> new StepCheck(step, target, List.of(prompt.get(step), next.get(step)))).toList();
    }

    /** Runs a round as Java and keeps what some of its steps must do. */
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
