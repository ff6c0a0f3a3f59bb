package org.tornadomla.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.tornadomla.backend.Targets;

/** Leaves out the tests of the bundled runtime where TornadoVM stands in its place. Registered for all tests. */
public final class BundledRuntimeTests implements ExecutionCondition {

    private static final String PACKAGE = "org.tornadomla.bundled";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean bundled = context.getTestClass().map(type -> type.getPackageName().startsWith(PACKAGE)).orElse(false);
        return bundled && Targets.sdkActive()
                ? ConditionEvaluationResult.disabled("it tests the bundled runtime, and TornadoVM is active")
                : ConditionEvaluationResult.enabled("it tests the library");
    }
}
