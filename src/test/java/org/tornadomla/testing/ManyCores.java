package org.tornadomla.testing;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.tornadomla.backend.Target;

/** Has a class of tests run the kernels for many cores, on whatever device. */
public final class ManyCores implements BeforeAllCallback, AfterAllCallback {

    private @Nullable String before;

    /**
     * The devices of a test that takes long: all, or the last where it runs the kernels for many cores, of whose groups
     * the JVM takes item after item.
     */
    public static Stream<Target> devices() {
        return System.getProperty(Target.CORES) == null ? TestTargets.all() : Stream.of(TestTargets.list().getLast());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        before = System.setProperty(Target.CORES, "many");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (before == null) {
            System.clearProperty(Target.CORES);
        } else {
            System.setProperty(Target.CORES, before);
        }
    }
}
