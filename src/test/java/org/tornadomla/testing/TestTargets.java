package org.tornadomla.testing;

import java.util.List;
import java.util.stream.Stream;

import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;

/** The devices that contract tests run on: every device of the active runtime, one lane a device. */
public final class TestTargets {

    /** The engine that any test can use: the SDK where it is active, and else the JVM. */
    public static final String ENGINE = Targets.sdkActive() ? "tornadovm" : "jvm";

    private TestTargets() {
    }

    /** All devices, for {@code @MethodSource}. */
    public static Stream<Target> all() {
        return list().stream();
    }

    /** All devices. */
    public static List<Target> list() {
        return Targets.all();
    }
}
