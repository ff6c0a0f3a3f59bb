package org.tornadomla.launch;

import java.nio.file.Path;
import java.util.List;
import org.tornadomla.error.ConfigurationException;

/** What the launcher told this JVM of the project and of the machine. */
final class Running {

    private Running() {
    }

    static Project project() {
        return new Project(Path.of(said(System.getProperty("mla.home"))));
    }

    /** The project, with its sources. */
    static Project sources() {
        Project project = project();
        if (project.isImage()) {
            throw new ConfigurationException(
                    "this command works on the project's sources, which an image has not; start it in a clone");
        }
        return project;
    }

    static List<Jdk> jdks() {
        return Jdk.list(said(System.getenv("MLA_JDKS")));
    }

    static Start start() {
        return new Start(project(), jdks(), System.getenv(), Runtime.getRuntime().availableProcessors());
    }

    private static String said(String value) {
        if (value == null) {
            throw new ConfigurationException(
                    "this command works on the project's sources; start it with the launcher mla");
        }
        return value;
    }
}
