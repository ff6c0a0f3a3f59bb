package org.tornadomla.bundled.runtime;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tornadomla.bundled.device.Engine;
import org.tornadomla.bundled.jvm.JvmEngine;
import org.tornadomla.bundled.opencl.OpenClEngine;

/** The engines of the bundled runtime in the order in which they are offered; tests may add a device of their own. */
public final class Engines {

    private static final List<Engine> ENGINES = new CopyOnWriteArrayList<>();

    static {
        ENGINES.add(new JvmEngine());
        ENGINES.add(new OpenClEngine());
    }

    private Engines() {
    }

    /** All engines, also those without a device. */
    public static List<Engine> all() {
        return List.copyOf(ENGINES);
    }

    /** Adds an engine behind the others. */
    public static void add(Engine engine) {
        ENGINES.add(engine);
    }

    /** Takes an engine out again. */
    public static void remove(Engine engine) {
        ENGINES.remove(engine);
    }
}
