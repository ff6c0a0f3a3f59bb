package org.tornadomla.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** What is made of a device's own words, for devices that this machine need not have. */
class DescribedDeviceTest {

    private static final String POCL = "Portable Computing Language 5.0";

    private String cores;

    @BeforeEach
    void forgetTheSetting() {
        cores = System.clearProperty(Target.CORES);
    }

    @AfterEach
    void restoreTheSetting() {
        System.clearProperty(Target.CORES);
        System.clearProperty(CompilerFlags.PROPERTY);
        if (cores != null) {
            System.setProperty(Target.CORES, cores);
        }
    }

    /** A device that answers what it is given, and refuses to answer where that is an exception. */
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, _) -> {
            Object answer = answers.get(method.getName());
            if (answer instanceof RuntimeException refusal) {
                throw refusal;
            }
            return answer;
        }));
    }

    private static Target target(Engine engine, TornadoDeviceType type, int units, Object info, String platform) {
        TornadoTargetDevice physical = answering(TornadoTargetDevice.class, Map.of("getDeviceName", " Card 7 ",
                "getDeviceInfo", info, "getDeviceMaxComputeUnits", units, "getMaxThreadsPerBlock", 256));
        TornadoDevice device = answering(TornadoDevice.class,
                Map.of("getPhysicalDevice", physical, "getDeviceType", type, "getPlatformName", platform,
                        "getMaxGlobalMemory", 8L << 30, "getMaxAllocMemory", 2L << 30, "getDeviceLocalMemorySize",
                        48L << 10));
        return new Target(engine, 1, 2, device, false);
    }

    private static Target card(Object info) {
        return target(Engine.TORNADOVM, TornadoDeviceType.GPU, 20, info, "Vendor");
    }

    private static Target processor(int units) {
        return target(Engine.TORNADOVM, TornadoDeviceType.CPU, units, "", POCL);
    }

    private static void assertGrid(long items, long group, Optional<WorkerGrid> grid) {
        assertEquals(items, grid.orElseThrow().getGlobalWork()[0]);
        assertArrayEquals(new long[]{group, 1, 1}, grid.orElseThrow().getLocalWork());
    }

    @Test
    void loopsOnACardAreInGroupsOf64() {
        assertGrid(64, 64, card("").grid(1, 0));
        assertGrid(64, 64, card("").grid(64, 0));
        assertGrid(128, 64, card("").grid(65, 0));
    }

    @Test
    void loopsOnAProcessorAreOneItemACore() {
        assertGrid(8, 1, processor(8).grid(1000, 0));
        assertGrid(3, 1, processor(8).grid(3, 0));
        assertGrid(1, 1, processor(0).grid(3, 0));
    }

    @Test
    void kernelsOfGroupsHaveTheGroupsThatTheyAskFor() {
        assertGrid(1000, 50, processor(8).grid(1000, 50));
        assertGrid(1000, 50, card("").grid(1000, 50));
        Target spreading = target(Engine.OPENCL, TornadoDeviceType.CPU, 8, "", POCL);
        assertEquals(Optional.empty(), spreading.grid(1000, 0), "the bundled engines spread loops themselves");
        assertGrid(1000, 50, spreading.grid(1000, 50));
    }

    @Test
    void aSettingSaysWhatADeviceIsTakenFor() {
        assertTrue(card("").manyCores());
        assertFalse(card("").isManyCoresBySetting());
        assertFalse(processor(8).manyCores());
        System.setProperty(Target.CORES, "many");
        assertTrue(processor(8).manyCores() && processor(8).isManyCoresBySetting());
        assertFalse(card("").isManyCoresBySetting());
        assertGrid(64, 64, processor(8).grid(3, 0));
        System.setProperty(Target.CORES, "few");
        assertFalse(card("").manyCores() || processor(8).isManyCoresBySetting());
        System.setProperty(Target.CORES, "some");
        String refused = assertThrows(ConfigurationException.class, () -> card("").manyCores()).getMessage();
        assertTrue(refused.contains("the property mla.cores is some; it may be many or few"), refused);
    }

    @Test
    void limitsOfADeviceOfTheSdk() {
        assertEquals(new DeviceLimits("gpu", 20, 8L << 30, 2L << 30, 48L << 10, 256, Support.YES, Support.NO,
                Support.NO, OptionalInt.empty()), card("cl_khr_fp16 cl_khr_int64").limits());
        assertEquals(Support.YES, card("cl_khr_fp64").limits().fp64());
        assertEquals(Support.UNKNOWN, card("no extensions").limits().half());
        assertEquals("no", Support.NO.toString());
        Target mute = card(new UnsupportedOperationException("SPIR-V devices do not tell"));
        assertEquals("Card 7", mute.info());
        assertEquals(Support.UNKNOWN, mute.limits().fp64());
        assertFalse(mute.computesInHostMemory());
        assertEquals("tornadovm 1:2 (Card 7)", mute.toString());
    }

    /** An address that differs in every process is not a part of the device. */
    @Test
    void fingerprintsAreOfWhatDecidesResults() {
        String print = Fingerprint.of(card("id=0x7f001 driver 1"));
        assertEquals(print, Fingerprint.of(card("id=0x7f002 driver 1")));
        assertNotEquals(print, Fingerprint.of(card("id=0x7f001 driver 2")));
        assertNotEquals(print,
                Fingerprint.of(target(Engine.TORNADOVM, TornadoDeviceType.GPU, 20, "id=0x7f001 driver 1", "Another")));
        assertTrue(print.matches("[0-9a-f]{64}"), print);
        System.setProperty(CompilerFlags.PROPERTY, "-w");
        assertNotEquals(print, Fingerprint.of(card("id=0x7f001 driver 1")), "options of the compiler decide too");
    }

    @Test
    void onlyPoclIsLetToContract() {
        String flags = CompilerFlags.of(processor(8).device()).orElseThrow();
        assertTrue(flags.startsWith("-cl-mad-enable -cl-fast-relaxed-math -w -DMLA_PRAGMA"), flags);
        assertEquals(Optional.empty(), CompilerFlags.of(card("").device()));
        for (String allowing : new String[]{"-cl-mad-enable", "-cl-fast-relaxed-math",
            "-cl-unsafe-math-optimizations"}) {
            System.setProperty(CompilerFlags.PROPERTY, allowing);
            assertTrue(CompilerFlags.of(processor(8).device()).orElseThrow().startsWith(allowing + " -D"), allowing);
        }
        System.setProperty(CompilerFlags.PROPERTY, "-w");
        assertEquals(Optional.empty(), CompilerFlags.of(processor(8).device()), "the user wants exact products");
    }

    @Test
    void whatCanBeComputedAgainIsInAFolderOfTheUser() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root = cache == null || cache.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(cache);
        assertEquals(root.resolve("tornado-mla"), UserCache.folder());
    }

    /** Why an engine has no device, and what to do: each says another thing. */
    @Test
    void curesOfEnginesWithoutDevices() {
        assertTrue(Targets.whyNone("tornadovm").contains("TORNADOVM_HOME set to a TornadoVM SDK"));
        assertTrue(Targets.whyNone("opencl").matches(".*(pocl-opencl-icd|use --engine tornadovm).*"));
        assertTrue(Targets.whyNone("jvm").contains("the SDK is active"));
        assertTrue(Targets.whyNone("auto").contains("the runtime found no device"));
        assertTrue(Engine.JVM.reason().contains("no accelerated device") && !Engine.JVM.keepsCodeByName());
        assertTrue(Engine.TORNADOVM.keepsCodeByName() && !Engine.TORNADOVM.spreadsLoops());
    }
}
