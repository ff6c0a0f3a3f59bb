package org.tornadomla.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A folder made like a published SDK: the files that the launcher reads, and jars that hold no more than their name.
 */
final class SdkFolder {

    /** What the lines after 5.x bring, in part, as their releases have it. */
    private static final String TEMPLATE = """
            # === JVM mode and memory settings ===
            -server
            -XX:+UnlockExperimentalVMOptions
            -XX:+EnableJVMCI
            -XX:+UseParallelGC
            -Djava.library.path=${TORNADOVM_HOME}/lib
            -Dtornado.recover.bailout=True
            --module-path .:${TORNADOVM_HOME}/share/java/tornado
            --patch-module jdk.internal.vm.ci=${TORNADOVM_HOME}/share/java/jvmci/jvmci-21.0.2.jar
            --upgrade-module-path ${TORNADOVM_HOME}/share/java/graalJars
            --add-modules ALL-SYSTEM,tornado.runtime,tornado.annotation,tornado.drivers.common
              # --- inlined common-exports ---
            --add-exports java.base/jdk.internal.misc=jdk.internal.vm.ci
            """;

    private final Path home;

    /**
     * Makes one.
     *
     * @param home     the folder
     * @param version  what etc/tornado.release says
     * @param backends names of backends, with a driver each
     */
    SdkFolder(Path home, String version, String... backends) throws IOException {
        this.home = home;
        Files.createDirectories(home.resolve("share/java/tornado"));
        Files.createDirectories(home.resolve("etc/exportLists"));
        write("etc/tornado.release", "version=" + version + "\nbranch=master\n");
        write("etc/tornado.backend", "tornado.backends="
                + String.join(", ", List.of(backends).stream().map(b -> b + "-backend").toList()) + "\n");
        for (String list : List.of("common", "opencl", "spirv", "cuda")) {
            write("etc/exportLists/" + list + "-exports", "# " + list + "\n--add-exports=of/" + list + "=tornado\n");
        }
        for (String module : List.of("runtime", "annotation", "drivers.common")) {
            jar(module);
        }
        for (String backend : backends) {
            jar("drivers." + backend);
        }
    }

    /** Adds the list of options that the lines after 5.x bring. */
    SdkFolder withTemplate() throws IOException {
        return write("tornado-argfile.template", TEMPLATE);
    }

    SdkFolder write(String file, String text) throws IOException {
        Files.writeString(home.resolve(file), text);
        return this;
    }

    SdkFolder delete(String file) throws IOException {
        Files.delete(home.resolve(file));
        return this;
    }

    Path home() {
        return home;
    }

    private void jar(String module) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", "tornado." + module);
        try (OutputStream file = Files.newOutputStream(home.resolve("share/java/tornado/" + module + ".jar"));
                JarOutputStream _ = new JarOutputStream(file, manifest)) {
            // The manifest is all there is.
        }
    }
}
