package org.tornadomla.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tornadomla.error.ConfigurationException;

/**
 * The test classes that the user names, and the modules that they are in: Maven builds these alone, with what they
 * need.
 */
final class TestSelection {

    private static final String TEST = "-Dtest=";
    private static final Pattern COMMAS = Pattern.compile(",");

    private final Project project;
    private final List<String> options;
    private final Optional<String> classes;

    /**
     * Reads what the user gave.
     *
     * @param project where the modules are
     * @param given   names of classes, and options for Maven, of which {@code -Dtest=} names classes too
     */
    TestSelection(Project project, List<String> given) {
        this.project = project;
        this.options = given.stream().filter(word -> word.startsWith("-") && !word.startsWith(TEST)).toList();
        String named = given.stream().filter(word -> !word.startsWith("-") || word.startsWith(TEST))
                .map(word -> word.startsWith(TEST) ? word.substring(TEST.length()) : word)
                .collect(Collectors.joining(","));
        this.classes = named.isEmpty() ? Optional.empty() : Optional.of(named);
    }

    /** Whether no class is named. */
    boolean isWhole() {
        return classes.isEmpty();
    }

    /** The user's options for Maven. */
    List<String> options() {
        return options;
    }

    /**
     * What Maven is told to run these classes alone; nothing where they are all.
     *
     * @throws ConfigurationException when a class is in no module
     */
    List<String> arguments() {
        if (isWhole()) {
            return List.of();
        }
        String modules = modules().stream().map(module -> relative(module)).collect(Collectors.joining(","));
        return List.of("-pl", modules, "-am", "-Dsurefire.failIfNoSpecifiedTests=false", TEST + classes.orElseThrow());
    }

    private String relative(Path module) {
        return project.root().resolve("parent").relativize(module).toString();
    }

    private List<Path> modules() {
        List<Path> found = new ArrayList<>();
        for (String name : COMMAS.splitAsStream(classes.orElseThrow()).toList()) {
            List<Path> holders = name.startsWith("!") || name.startsWith("%")
                    ? project.modules()
                    : project.modules().stream().filter(module -> holds(module, name)).toList();
            if (holders.isEmpty()) {
                throw new ConfigurationException("no module has a test class " + name);
            }
            found.addAll(holders);
        }
        return found.stream().distinct().toList();
    }

    /** Whether a module has a class of this name, which may have stars, a package before it and a method behind it. */
    private static boolean holds(Path module, String name) {
        Path sources = module.resolve("src", "test", "java");
        if (!Files.isDirectory(sources)) {
            return false;
        }
        String path = name.replaceAll("#.*", "").replaceAll("\\.(java|class)$", "").replace('.', '/');
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:{,**/}" + path + ".java");
        try (Stream<Path> files = Files.walk(sources)) {
            return files.map(sources::relativize).anyMatch(matcher::matches);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
