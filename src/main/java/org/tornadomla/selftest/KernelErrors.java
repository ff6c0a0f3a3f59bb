package org.tornadomla.selftest;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.weights.NumberFormats;

/** The self-test of all kernels in all number formats, to the end: it says of each kernel how exact it is. */
public final class KernelErrors {

    private KernelErrors() {
    }

    /**
     * Runs every kernel of a family on a device, in the sizes of the self-test.
     *
     * @return how exact each is, by the kernel's class and method, in alphabetical order
     */
    public static Map<String, KernelError> of(Target target, KernelFamily family) {
        Map<String, KernelError> errors = new TreeMap<>();
        for (NumberFormats formats : NumberFormats.each().toList()) {
            Optional<String> refusal = formats.weights().refusal(target);
            for (StepCheck check : SelfTest.checks(target, family, formats)) {
                KernelError error = refusal.map(reason -> new KernelError(0, reason)).orElseGet(() -> error(check));
                errors.merge(check.kernel(), error, KernelError::and);
            }
        }
        return errors;
    }

    private static KernelError error(StepCheck check) {
        try {
            return new KernelError(check.run(), "");
        } catch (DeviceException e) {
            return new KernelError(0, e.getMessage().lines().findFirst().orElse(""));
        }
    }
}
