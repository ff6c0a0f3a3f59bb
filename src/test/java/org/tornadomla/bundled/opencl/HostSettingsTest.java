package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.bundled.device.DeviceDescription;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** What the engine makes of the machine's own words: its processor, its folders, its libraries, a compiler's log. */
class HostSettingsTest {

    private static final String POCL = "Portable Computing Language, OpenCL 3.0 PoCL";
    private static final String VNNI = " -DMLA_VNNI=1";

    @TempDir
    Path folder;

    private static DeviceDescription device(String platform, TornadoDeviceType type) {
        return new DeviceDescription("a processor", platform, "opencl", type,
                new DeviceDescription.Memory(1, 1, 1, true), new DeviceDescription.Groups(1, new long[]{1, 1, 1}),
                new DeviceDescription.Arithmetic(1, 16, false, true), "");
    }

    private Path processors(String text) throws IOException {
        return Files.writeString(folder.resolve("cpuinfo"), text);
    }

    @Test
    void pocLsKernelsHearOfTheProductsOfBytes() throws IOException {
        Path with = processors("processor\t: 0\nflags\t\t: fpu avx512f avx512_vnni\n");
        DeviceDescription host = device(POCL, TornadoDeviceType.CPU);
        assertEquals(VNNI, HostProcessor.buildOptions(host, "amd64", with));
        assertEquals("", HostProcessor.buildOptions(host, "aarch64", with));
        assertEquals("", HostProcessor.buildOptions(device(POCL, TornadoDeviceType.GPU), "amd64", with));
        assertEquals("", HostProcessor.buildOptions(device("Other", TornadoDeviceType.CPU), "amd64", with));
    }

    @Test
    void aProcessorWithoutThemOrThatCannotBeAskedHasNone() throws IOException {
        DeviceDescription host = device(POCL, TornadoDeviceType.CPU);
        assertEquals("", HostProcessor.buildOptions(host, "amd64", processors("flags : avx512_vnni_other\n")));
        assertEquals("", HostProcessor.buildOptions(host, "amd64", processors("Features : neon avx512_vnni\n")));
        assertEquals("", HostProcessor.buildOptions(host, "amd64", folder.resolve("none")));
        Path noText = Files.write(folder.resolve("bytes"), new byte[]{(byte) 0xC3, 0x28});
        assertEquals("", HostProcessor.buildOptions(host, "amd64", noText));
    }

    @Test
    void theFolderOfCachesIsTheUsers() {
        Path usual = Path.of("home", ".cache", "tornado-mla");
        assertEquals(usual, OpenClOptions.cacheFolder(null, "home"));
        assertEquals(usual, OpenClOptions.cacheFolder(" ", "home"));
        assertEquals(Path.of("caches", "tornado-mla"), OpenClOptions.cacheFolder("caches", "home"));
    }

    @Test
    void programsAreKeptUnlessTheirPropertySaysOtherwise() {
        String given = System.getProperty(OpenClOptions.KEEP_PROPERTY);
        try {
            System.setProperty(OpenClOptions.KEEP_PROPERTY, "false");
            assertNull(OpenClOptions.standard().cacheDirectory());
            System.clearProperty(OpenClOptions.KEEP_PROPERTY);
            assertEquals("tornado-mla", OpenClOptions.standard().cacheDirectory().getFileName().toString());
        } finally {
            if (given != null) {
                System.setProperty(OpenClOptions.KEEP_PROPERTY, given);
            }
        }
    }

    @Test
    void aMachineWithoutAnyOfTheNamesHasNoLibrary() {
        assertNull(Library.library(List.of("libNoSuchName.so.1", "NoSuchName.dll")));
    }

    @Test
    void aDevicesBitsNameItsType() {
        assertEquals(TornadoDeviceType.CPU, DeviceQuery.type(1 | 2));
        assertEquals(TornadoDeviceType.GPU, DeviceQuery.type(4 | 2));
        assertEquals(TornadoDeviceType.ACCELERATOR, DeviceQuery.type(8));
    }

    @Test
    void linesOfTheSourceAreFoundInTheLogsOfSeveralCompilers() {
        String source = "first\nsecond\nthird\nfourth";
        assertEquals("2: second\n3: third\n4: fourth\n",
                BuildLog.offendingLines("a.cl:3:7: error: x\nkernel(2): error y\nat line 4 z", source));
        assertEquals("", BuildLog.offendingLines("a.cl:0:1: (5) line 12345678 nothing", source));
    }

    @Test
    void whatIsLargerThanAllFilesTogetherIsNotKept() {
        KeptFiles files = new KeptFiles(folder, ".kept", 100);
        files.store("large", new byte[93]);
        files.store("fits", "text".getBytes(StandardCharsets.UTF_8));
        assertNull(files.load("large"));
        assertEquals("text", new String(files.load("fits"), StandardCharsets.UTF_8));
        KeptFiles none = new KeptFiles(null, ".kept", 100);
        none.store("key", new byte[1]);
        assertNull(none.load("key"));
    }
}
