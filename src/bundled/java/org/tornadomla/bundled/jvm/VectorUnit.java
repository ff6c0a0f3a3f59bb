package org.tornadomla.bundled.jvm;

import jdk.incubator.vector.FloatVector;

/** What the machine's vector unit can hold, and why it may not be used. The one place that decides. */
final class VectorUnit {

    /** The module that makes vector instructions reachable from Java. */
    static final String MODULE = "jdk.incubator.vector";

    /** Floats of a kernel's vector. */
    static final int WIDTH = 16;

    /** Floats of the narrowest register of which vectors are made. */
    private static final int NARROWEST = 4;

    private static final boolean PRESENT = ModuleLayer.boot().findModule(MODULE).isPresent();

    /** Floats of the register that vectors are held in, 16, 8 or 4; fewer where there is none. */
    static final int LANES = PRESENT ? Registers.lanes() : 1;

    /** Registers of a vector, lowest lanes first; 0 where there are none to hold it. */
    static final int PARTS = LANES < NARROWEST ? 0 : WIDTH / LANES;

    private VectorUnit() {
    }

    /** Why vectors are objects, for people. */
    static String reason() {
        return PRESENT ? "registers hold at most " + LANES + " floats" : "Java runs without --add-modules " + MODULE;
    }

    /** Loaded only with the module. */
    private static final class Registers {

        /** Tests try the forms of other machines. */
        private static final int MOST = Integer.getInteger("mla.jvm.lanes", FloatVector.SPECIES_MAX.length());

        static int lanes() {
            return Math.min(WIDTH, MOST);
        }
    }
}
