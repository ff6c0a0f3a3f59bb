package org.tornadomla.selftest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Step;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.weights.NumberFormats;

/** The self-test of all kernels in all number formats, to the end: it says of each kernel how exact it is. */
public final class KernelErrors {

    private KernelErrors() {
    }

    /**
     * Runs every kernel of a family on a device, in the sizes of the self-test and in the first number format that
     * needs it. Kernels of formats for which the device lacks something are left out.
     *
     * @return how exact each is, by the kernel's class and method, in alphabetical order
     */
    public static Map<String, KernelError> of(Target target, KernelFamily family) {
        Map<String, KernelError> errors = new TreeMap<>();
        for (NumberFormats formats : NumberFormats.each().toList()) {
            if (formats.weights().refusal(target).isEmpty() && !errors.keySet().containsAll(kernels(family, formats))) {
                List<StepCheck> checks = SelfTest.checks(target, family, formats);
                StepCheck.compile(target, checks);
                checks.forEach(check -> errors.merge(check.kernel(), error(check), KernelError::and));
            }
        }
        return errors;
    }

    private static Set<String> kernels(KernelFamily family, NumberFormats formats) {
        return new SampleDecoder(family, formats).steps().stream().map(Step::kernel).collect(Collectors.toSet());
    }

    private static KernelError error(StepCheck check) {
        try {
            return new KernelError(check.run(), "");
        } catch (DeviceException e) {
            return new KernelError(0, e.getMessage().lines().findFirst().orElse(""));
        }
    }
}
