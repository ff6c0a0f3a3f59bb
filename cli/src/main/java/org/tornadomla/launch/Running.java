package org.tornadomla.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;

/** What the launcher told this JVM of the project and of the machine. */
final class Running {

    private static final String JDKS = "MLA_JDKS";

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

    static Start start() {
        return start(project(), System.getenv());
    }

    /** What starts JVMs for a project, by the settings of an environment. */
    static Start start(Project project, Map<String, String> environment) {
        return new Start(project, Jdk.list(said(environment.get(JDKS))), environment,
                Runtime.getRuntime().availableProcessors());
    }

    private static String said(@Nullable String value) {
        if (value == null) {
            throw new ConfigurationException(
                    "this command works on the project's sources; start it with the launcher mla");
        }
        return value;
    }
}
