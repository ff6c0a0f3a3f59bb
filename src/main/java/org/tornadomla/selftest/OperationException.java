package org.tornadomla.selftest;

import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Step;

/** An operation that a device computes wrongly or not at all. */
final class OperationException extends DeviceException {

    private static final long serialVersionUID = 1L;

    private final String kernel;

    OperationException(Step step, String problem, Throwable cause) {
        super("operation " + step.name() + " (" + step.kernel() + ") " + problem, cause);
        this.kernel = step.kernel();
    }

    /** The kernel's class and method. */
    String kernel() {
        return kernel;
    }
}
