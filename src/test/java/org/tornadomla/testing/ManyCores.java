package org.tornadomla.testing;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.tornadomla.backend.Target;

/** Has a class of tests run the kernels for many cores, on whatever device. */
public final class ManyCores implements BeforeAllCallback, AfterAllCallback {

    private @Nullable String before;

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
