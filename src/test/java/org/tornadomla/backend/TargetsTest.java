package org.tornadomla.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Devices as they are chosen and described. */
class TargetsTest {

    static List<Target> targets() {
        return TestTargets.list();
    }

    static boolean sdk() {
        return Targets.sdkActive();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void limitsAreThoseOfADevice(Target target) {
        DeviceLimits limits = target.limits();
        assertTrue(limits.computeUnits() >= 1 && limits.groupItems() >= 1 && limits.localBytes() > 0, limits::toString);
        assertTrue(limits.bufferBytes() > 0 && limits.bufferBytes() <= limits.memoryBytes(), limits::toString);
        assertNotEquals(Support.UNKNOWN, limits.half(), "every engine tested here tells");
        assertTrue(target.toString().contains(target.name()) && !target.name().isBlank());
    }

    /** What a device has is asked of the device, not searched for in a text about it. */
    @Test
    @EnabledIf(value = "bundled", disabledReason = "the SDK's devices tell by a text")
    void whatADeviceHasComesFromTheDevice() {
        try (FaultyDevice device = new FaultyDevice()) {
            DeviceLimits limits = device.target().limits();
            assertEquals(device.description().arithmetic().vectorFloats(), limits.vectorFloats().orElse(-1));
            assertEquals(List.of(Support.YES, Support.YES), List.of(limits.half(), limits.fp64()));
            assertEquals(Engine.ADDED, device.target().engine());
        }
    }

    /** The JVM's own threads are the last resort, wherever they stand in the list. */
    @Test
    @EnabledIf(value = "bundled", disabledReason = "an SDK has devices of its own")
    void anAcceleratedDeviceIsPreferred() {
        try (FaultyDevice device = new FaultyDevice()) {
            assertTrue(Targets.automatic().engine().accelerated(), () -> Targets.automatic().toString());
            long accelerated = Targets.all().stream().filter(target -> target.engine().accelerated()).count();
            assertEquals(device.target(), Targets.choose("auto", String.valueOf(accelerated - 1)));
            assertSays("there are: ", "auto", String.valueOf(accelerated));
            assertTrue(device.target().computesInHostMemory());
            device.hasOwnMemory();
            assertFalse(device.target().computesInHostMemory());
            assertFalse(Targets.sdkActive());
            assertEquals("a plan needs at least one graph",
                    assertThrows(TornadoRuntimeException.class, () -> device.target().plan(List.of())).getMessage(),
                    "no bail-out is asked for where there is none");
        }
        assertTrue(Targets.whyNone("opencl").contains("pocl-opencl-icd"), "what to install");
    }

    static boolean bundled() {
        return !sdk();
    }

    @Test
    void wordsOfEngines() {
        assertEquals(List.of("auto", "jvm", "opencl", "tornadovm"), Engine.words());
        assertEquals(Optional.empty(), Engine.of("auto"));
        assertEquals(Optional.of(Engine.TORNADOVM), Engine.of("tornadovm"));
        assertEquals(List.of(Engine.JVM), Stream.of(Engine.values()).filter(engine -> !engine.accelerated()).toList(),
                "the last resort");
    }

    @Test
    void reasonsAreWithoutColoursAndStackTraces() {
        assertEquals("Unable to compile task t", DeviceException.reason(new IllegalStateException(
                "\u001B[31mUnable to compile task t\u001B[0m Stacktrace: [a.b.C(C.java:1)]")));
        assertEquals("java.lang.NullPointerException", DeviceException.reason(new NullPointerException()));
    }

    @Test
    void devicesThatAreNotThereAreRefusedWithWhatThereIs() {
        Target first = targets().getFirst();
        assertSays("engine cuda is unknown; there are auto, jvm, opencl, tornadovm", "cuda", null);
        assertSays("there are: " + first, first.engine().toString(), "99");
        assertSays("no device 9:9", "auto", "9:9");
        assertSays("no device x", first.engine().toString(), "x");
        assertEquals(first, Targets.choose(first.engine().toString(), first.backend() + ":" + first.index()));
        assertSays("no device for engine", Targets.sdkActive() ? "jvm" : "tornadovm", null);
    }

    private static void assertSays(String expected, String engine, String device) {
        DeviceException refused = assertThrows(DeviceException.class, () -> Targets.choose(engine, device));
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }

    @Test
    void trustIsNamed() {
        Target target = targets().getFirst();
        assertFalse(target.toString().contains("self-test skipped"));
        assertTrue(target.withoutSelfTest().toString().contains("self-test skipped"));
    }

    @Test
    void fingerprintDependsOnTheDeviceAndStays() {
        List<String> prints = targets().stream().map(Fingerprint::of).toList();
        assertEquals(prints, targets().stream().map(Fingerprint::of).toList());
        assertEquals(prints.size(), prints.stream().distinct().count());
    }

    /** Wrong numbers in the place of an error are refused also where the self-test is skipped. */
    @Test
    @EnabledIf(value = "sdk", disabledReason = "only TornadoVM has a bail-out")
    void bailOutIsRefused() {
        String before = System.setProperty("tornado.recover.bailout", "True");
        try {
            Target trusted = targets().getFirst().withoutSelfTest();
            DeviceException refused = assertThrows(DeviceException.class, () -> trusted.plan(List.of()));
            assertTrue(refused.getMessage().contains("bail-out is on"), refused.getMessage());
        } finally {
            System.setProperty("tornado.recover.bailout", before);
        }
    }
}
