package org.tornadomla.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tornadomla.golden.GoldenCase;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.golden.GoldenReader;

/** The golden cases among the test resources. */
public final class Goldens {

    private Goldens() {
    }

    /**
     * Every case of one attention layer.
     *
     * @return cases of {@code attention/} and {@code paper/}
     */
    public static Stream<GoldenCase> layers() {
        return Stream.of("attention", "paper").flatMap(folder -> entries(folder).stream()).map(GoldenReader::read);
    }

    /**
     * Every whole model.
     *
     * @return cases of {@code models/}
     */
    public static Stream<GoldenModel> models() {
        return entries("models").stream().map(GoldenModel::read);
    }

    /**
     * Models of other families than the first, and two whose configurations leave to the class what it decides.
     *
     * @return cases of {@code families/}, {@code cases/inner-eps} and {@code cases/v3-no-n-group}; those alone whose
     *         name the property {@code mla.golden.families} matches, where it is set
     */
    public static Stream<GoldenModel> families() {
        Stream<Path> cases = Stream.of("inner-eps", "v3-no-n-group")
                .map(name -> folder("").resolveSibling("cases").resolve(name));
        String wanted = System.getProperty("mla.golden.families", ".*");
        return Stream.concat(entries("families").stream(), cases)
                .filter(path -> path.getFileName().toString().matches(wanted)).map(GoldenModel::read);
    }

    /**
     * Models with sparse attention.
     *
     * @return cases of {@code sparse/}
     */
    public static Stream<GoldenModel> sparse() {
        return entries("sparse").stream().map(GoldenModel::read);
    }

    /**
     * The folder of the golden cases, or one in it.
     *
     * @param folder {@code "attention"}, {@code "paper"}, {@code "models"} or {@code ""}
     * @return its path
     */
    public static Path folder(String folder) {
        return Path.of("src", "test", "resources", "goldens").resolve(folder);
    }

    private static List<Path> entries(String folder) {
        try (Stream<Path> entries = Files.list(folder(folder))) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
