package org.tornadomla.bundled.jvm;

import jdk.incubator.vector.FloatVector;

/** What the machine's vector unit can hold, and why it may not be used. The one place that decides. */
final class VectorUnit {

    /** The module that makes vector instructions reachable from Java. */
    static final String MODULE = "jdk.incubator.vector";

    private static final boolean PRESENT = ModuleLayer.boot().findModule(MODULE).isPresent();

    /** Floats of the widest register; 1 without the module. */
    static final int LANES = PRESENT ? Widest.lanes() : 1;

    private VectorUnit() {
    }

    /** Why wider vectors are not used, for people. */
    static String reason() {
        return PRESENT ? "registers hold at most " + LANES + " floats" : "Java runs without --add-modules " + MODULE;
    }

    /** Loaded only with the module. */
    private static final class Widest {

        static int lanes() {
            return FloatVector.SPECIES_MAX.length();
        }
    }
}
