package org.tornadomla.selftest;

import org.tornadomla.backend.Targets;

/** A program that runs the self-test while TornadoVM's bail-out is on, which the library by itself refuses. */
final class BailoutSelfTest {

    private BailoutSelfTest() {
    }

    /** Prints the verdict on the default device. */
    public static void main(String[] arguments) {
        // TornadoVM reads its options when it starts; what is set afterwards only the library sees.
        Targets.all();
        System.setProperty("tornado.recover.bailout", "False");
        System.out.println(SelfTest.run(Targets.automatic()));
    }
}
