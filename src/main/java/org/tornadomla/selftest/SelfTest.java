package org.tornadomla.selftest;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.tornadomla.backend.DeviceException;
import org.tornadomla.backend.Fingerprint;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.SampleDecoder;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.Variants;

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
        if (target.trusted()) {
            return Variants.preferred(target);
        }
        Verdict verdict = verdict(target);
        if (!verdict.passed()) {
            throw new DeviceException(target + " failed its self-test: " + verdict.finding()
                    + "; update its driver or use another device, mla devices shows them (--trust skips the self-test)");
        }
        return verdict.variants();
    }

    /** Whether {@link #require} needs no run of the self-test, which may take seconds. */
    public static boolean isSettled(Target target) {
        String fingerprint = Fingerprint.of(target);
        return target.trusted() || KNOWN.containsKey(fingerprint) || VerdictStore.of(target, fingerprint).load() != null;
    }

    /** What the self-test says of a device: remembered, or found by running it. */
    public static Verdict verdict(Target target) {
        String fingerprint = Fingerprint.of(target);
        // Not computeIfAbsent: other devices need not wait.
        Verdict known = KNOWN.get(fingerprint);
        if (known == null) {
            VerdictStore store = VerdictStore.of(target, fingerprint);
            known = store.load();
            if (known == null) {
                known = run(target);
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
        Variants variants = Variants.preferred(target);
        String leftOut = "";
        try {
            GroupCheck.run(target);
            RelayCheck.run(target);
        } catch (DeviceException e) {
            return new Verdict(false, e.getMessage(), variants);
        }
        while (true) {
            try {
                List<StepCheck> checks = checks(target, variants);
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

    /** A check for each kernel of the library, and for each of its switches. */
    static List<StepCheck> checks(Target target, Variants variants) {
        SampleDecoder sample = new SampleDecoder(variants);
        Map<String, Step> chosen = new LinkedHashMap<>();
        sample.steps().forEach(step -> chosen.putIfAbsent(StepCheck.signature(step), step));
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
