package org.tornadomla.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Keeps the JVM's second compiler away from TornadoVM's. That one is Graal, which is written in Java and makes a few
 * dozen kernels at the start of a program: to compile it well takes the JVM longer than it then saves.
 */
final class GraalCompilation {

    private static final String DIRECTIVES = """
            [{ match: ["jdk/graal/compiler/*.*", "jdk/vm/ci/*.*", "org/graalvm/*.*"], c2: { Exclude: true } }]
            """;

    private GraalCompilation() {
    }

    /** Has Graal run as the first compiler makes it; changes nothing on a JVM that cannot be told so. */
    static void withFirstCompilerOnly() {
        try {
            Path file = Files.createTempFile("graal", ".json");
            try {
                Files.writeString(file, DIRECTIVES);
                ManagementFactory.getPlatformMBeanServer().invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"), "compilerDirectivesAdd",
                        new Object[]{new String[]{file.toString()}}, new String[]{String[].class.getName()});
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | JMException slower) {
            // Only the start takes longer.
        }
    }
}
