package org.tornadomla.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tornadomla.graph.Step;
import org.tornadomla.testing.ManyCores;

/** The network of the sample has every kernel of training, so that whoever looks at its kernels sees all. */
@ExtendWith(ManyCores.class)
class TrainingSampleTest {

    private static final Pattern KERNEL = Pattern.compile("public static void (\\w+)\\(KernelContext ");

    @Test
    void theSampleHasEveryKernelForManyCores() throws IOException {
        Set<String> kernels = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/java/org/tornadomla/kernels/training"))) {
            for (Path file : files.toList()) {
                Matcher matcher = KERNEL.matcher(Files.readString(file));
                while (matcher.find()) {
                    kernels.add(file.getFileName().toString().replace(".java", "") + "." + matcher.group(1));
                }
            }
        }
        Set<String> missing = new TreeSet<>(kernels);
        ManyCores.devices().findFirst().stream().flatMap(target -> TrainingSample.each(target).stream())
                .flatMap(sample -> sample.steps().stream()).map(Step::kernel).forEach(missing::remove);
        assertEquals(Set.of(), missing);
        assertTrue(kernels.size() > 30, kernels.size() + " kernels");
    }
}
