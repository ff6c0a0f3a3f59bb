package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** SDKs of each line: which are refused and how, which JDK they get, and the JVM's options. */
class LauncherSdkTest {

    private static final Path OPTIONS = Path.of("tornado-config");
    private static final List<Jdk> JDKS = List.of(jdk(25), jdk(26), jdk(27));

    @TempDir
    private Path directory;

    private static Jdk jdk(int version) {
        return new Jdk(version, Path.of("/jdk-" + version));
    }

    private SdkFolder sdk(String version, String... backends) throws Exception {
        return new SdkFolder(directory.resolve("sdk " + version), version, backends);
    }

    private static Sdk open(SdkFolder folder) {
        return Sdk.open(folder.home().toString(), OPTIONS);
    }

    private static void assertRefused(SdkFolder folder, String reason) {
        String message = assertThrows(ConfigurationException.class,
                () -> SdkArguments.of(open(folder), 25, OPTIONS, 4096)).getMessage();
        assertTrue(message.contains(reason), message);
    }

    private static List<String> options(SdkFolder folder, int jdk) {
        return SdkArguments.of(open(folder), jdk, OPTIONS, 4096);
    }

    private static void assertOption(List<String> options, String name, String value) {
        int place = Collections.lastIndexOfSubList(options, List.of(name, value));
        assertTrue(place >= 0, name + " " + value + " is not in " + String.join("\n", options));
    }

    /** What holds on every SDK: our own choices come behind the SDK's, and everything is filled in. */
    private static void assertOurChoicesWin(List<String> options) {
        List<String> bailout = options.stream().filter(option -> option.startsWith("-Dtornado.recover.bailout="))
                .toList();
        assertEquals("-Dtornado.recover.bailout=False", bailout.getLast());
        assertTrue(options.contains("-Dtornado.device.memory=4096MB"), options.toString());
        assertTrue(options.contains("-Dtornado.tvm.maxbytecodesize=1048576"), "room for graphs of gradients");
        assertFalse(options.stream().anyMatch(option -> option.contains("${") || option.startsWith("#")),
                options.toString());
    }

    @Test
    void lineFiveRunsGraalInTheJvm() throws Exception {
        SdkFolder sdk = sdk("5.3.0-jdk26", "opencl", "spirv");
        List<String> options = options(sdk, 26);
        assertTrue(options.contains("-XX:+EnableJVMCI"), options.toString());
        assertOption(options, "--upgrade-module-path", sdk.home() + "/share/java/graalJars");
        assertOption(options, "--module-path", sdk.home() + "/share/java/tornado");
        assertOption(options, "--add-modules", "tornado.drivers.opencl");
        assertOption(options, "--add-modules", "tornado.drivers.opencl,tornado.drivers.spirv");
        assertTrue(
                options.containsAll(
                        List.of("-Djava.library.path=" + sdk.home() + "/lib", "--add-exports=of/common=tornado",
                                "--add-exports=of/opencl=tornado", "--add-exports=of/spirv=tornado")),
                options.toString());
        assertFalse(options.contains("--add-exports=of/cuda=tornado"), "a backend that the SDK does not have");
        assertOurChoicesWin(options);
    }

    /** To JDK 26 the compiler interface is the JDK's, patched by the SDK. */
    @Test
    void laterLinesPatchTheCompilerInterfaceToJdk26() throws Exception {
        SdkFolder sdk = sdk("6.0.0", "opencl", "cuda").withTemplate().write("etc/tornado.jdk", "22\n");
        for (int jdk : List.of(25, 26)) {
            List<String> options = options(sdk, jdk);
            assertTrue(options.contains("-XX:+EnableJVMCI"), options.toString());
            assertOption(options, "--patch-module",
                    "jdk.internal.vm.ci=" + sdk.home() + "/share/java/jvmci/jvmci-21.0.2.jar");
            assertOption(options, "--upgrade-module-path", sdk.home() + "/share/java/graalJars");
            assertOption(options, "--module-path", sdk.home() + "/share/java/tornado");
            assertOption(options, "--add-modules", "tornado.drivers.cuda");
            assertOurChoicesWin(options);
        }
    }

    /** From JDK 27 on the option ends the JVM, and the interface's classes are modules of the SDK. */
    @Test
    void laterLinesBringTheCompilerInterfaceFromJdk27On() throws Exception {
        SdkFolder sdk = sdk("7.0.0", "opencl").withTemplate().write("etc/tornado.jdk", "22\n");
        List<String> options = options(sdk, 27);
        assertFalse(options.contains("-XX:+EnableJVMCI"), options.toString());
        assertFalse(options.contains("--patch-module"), options.toString());
        assertFalse(options.stream().anyMatch(option -> option.contains("jvmci-21")), options.toString());
        assertOption(options, "--module-path", sdk.home() + "/share/java/tornado:" + sdk.home() + "/share/java/jvmci");
        assertOption(options, "--upgrade-module-path", sdk.home() + "/share/java/graalJars");
        assertOurChoicesWin(options);
    }

    @Test
    void theJdkIsWhatTheSdkSays() throws Exception {
        assertEquals(26, open(sdk("5.3.0-jdk26", "opencl")).choose(JDKS).version());
        SdkFolder later = sdk("6.0.0", "opencl").withTemplate().write("etc/tornado.jdk", "22\n");
        assertEquals(25, open(later).choose(JDKS).version());
        later.write("etc/tornado.jdk", "27\n");
        assertEquals(27, open(later).choose(JDKS).version());
        assertEquals(25, open(sdk("7.3.1-jdk22plus", "opencl").withTemplate()).choose(JDKS).version());
        String message = assertThrows(ConfigurationException.class,
                () -> open(sdk("5.9.0-jdk99", "opencl")).choose(JDKS)).getMessage();
        assertTrue(message.startsWith("no JDK 99, which the SDK in "), message);
    }

    @Test
    void sdkForJdk21IsRefused() throws Exception {
        assertRefused(sdk("5.2.0-jdk21", "opencl"), "is 5.2.0-jdk21, made for JDK 21");
        assertRefused(sdk("6.0.0", "opencl").withTemplate().write("etc/tornado.jdk", "21 --enable-preview\n"),
                "is 6.0.0, made for JDK 21");
        assertRefused(sdk("7.1.0-jdk21", "opencl").withTemplate(), "is 7.1.0-jdk21, made for JDK 21");
    }

    @Test
    void sdkThatIsTooOldOrDamagedIsRefused() throws Exception {
        assertRefused(sdk("5.1.1-jdk25", "opencl"), "is 5.1.1-jdk25, too old");
        assertRefused(sdk("4.0.0-jdk25", "opencl"), "is 4.0.0-jdk25, too old");
        assertRefused(sdk("newest", "opencl"), "gives its version as newest");
        assertRefused(sdk("99999999999.2.0", "opencl"), "gives its version as 99999999999.2.0");
        SdkFolder sdk = sdk("6.0.0", "opencl").withTemplate();
        assertRefused(sdk.write("etc/tornado.backend", "tornado.backends=quantum-backend\n"),
                "has the backend quantum, which is unknown here; known are cuda metal opencl ptx spirv");
        assertRefused(sdk.delete("etc/tornado.backend"), "names no backend");
        assertRefused(sdk.delete("tornado-argfile.template"), "6.0.0, does not say how it is started");
        assertRefused(sdk.write("etc/tornado.release", "branch=none\n"), "does not name its version");
    }

    /** A driver that was deleted, and a list of backends that names one more than there are. */
    @Test
    void driverThatIsMissingIsNamed() throws Exception {
        assertRefused(sdk("5.2.0-jdk25", "opencl").delete("share/java/tornado/drivers.opencl.jar"),
                "names the module tornado.drivers.opencl, which is in none of its jars");
        assertRefused(
                sdk("6.0.0", "opencl").withTemplate().write("etc/tornado.backend",
                        "tornado.backends=opencl-backend,cuda-backend\n"),
                "names the module tornado.drivers.cuda, which is in none of its jars");
    }
}
