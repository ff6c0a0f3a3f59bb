package org.tornadomla.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.kernels.rules.KernelChecker;

/** Every kernel of the library is held to the rules of {@link KernelChecker}. */
class KernelRulesTest {

    static List<Class<?>> kernelClasses() throws IOException, URISyntaxException, ClassNotFoundException {
        String packageName = MatMul.class.getPackageName();
        List<Class<?>> found = new ArrayList<>(classes(packageName));
        found.addAll(classes(packageName + ".training"));
        return found;
    }

    private static List<Class<?>> classes(String packageName)
            throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(MatMul.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length())).sorted().toList();
            List<Class<?>> found = new ArrayList<>();
            for (String name : names) {
                found.add(Class.forName(packageName + "." + name));
            }
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("kernelClasses")
    void kernelsKeepTheRules(Class<?> kernels) {
        assertEquals(List.of(), KernelChecker.check(kernels));
    }

    @Test
    void kernelsAreFound() throws Exception {
        int kernels = 0;
        for (Class<?> type : kernelClasses()) {
            kernels += KernelChecker.count(type);
        }
        assertTrue(kernels >= 10, "only " + kernels + " kernels were found");
    }
}
