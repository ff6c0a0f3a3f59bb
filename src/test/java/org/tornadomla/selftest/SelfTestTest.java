package org.tornadomla.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.layers.FewCores;
import org.tornadomla.layers.ManyCores;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.Step;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.NumberFormats;
import org.tornadomla.weights.WeightFormats;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** The self-test on devices that are right, what it covers, and what is remembered of it. */
class SelfTestTest {

    @TempDir
    private Path directory;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void passesOnEveryDevice(Target target) {
        Verdict verdict = SelfTest.run(target);
        assertTrue(verdict.passed(), verdict.finding());
    }

    /** The number formats of weights and cache that a device can have, 32 bits first. */
    private static List<NumberFormats> formats(Target target) {
        return formats(target.manyCores()).filter(formats -> formats.weights().refusal(target).isEmpty()).toList();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void passesOnEveryDeviceWithNarrowWeightsOrCache(Target target) {
        for (NumberFormats formats : formats(target).subList(1, formats(target).size())) {
            List<StepCheck> checks = SelfTest.checks(target, FewCores.LOOPS, formats);
            // The other kernels are those of 32-bit numbers, which passed above.
            assertTrue(checks.size() > 1, checks.size() + " checks of " + formats);
            StepCheck.compile(target, checks);
            checks.forEach(StepCheck::run);
        }
    }

    /** The commands announce a self-test by this, one for each number format. */
    @ParameterizedTest
    @MethodSource("targets")
    void isSettledOnceADeviceWasRequired(Target target) {
        for (NumberFormats formats : formats(target)) {
            SelfTest.require(target, formats);
            assertTrue(SelfTest.isSettled(target, formats), formats::toString);
        }
        assertTrue(SelfTest.isSettled(target.withoutSelfTest(), NumberFormats.F32));
    }

    /** Products in whole numbers are for few cores, and their formats no choice of weights. */
    private static Stream<NumberFormats> formats(boolean manyCores) {
        return Stream.concat(NumberFormats.each(), WeightFormats.ALL.stream().filter(_ -> !manyCores)
                .flatMap(format -> format.dots().stream()).map(NumberFormats::of));
    }

    static Stream<Arguments> groups() {
        return targets().flatMap(target -> IntStream.of(5, 32).mapToObj(items -> Arguments.of(target, items)));
    }

    /** Kernels for many cores agree with a group of one work-item whatever the size of their groups. */
    @ParameterizedTest(name = "{0} groups of {1}")
    @MethodSource("groups")
    void kernelsOfGroupsAreRightForAnySize(Target target, int items) {
        List<StepCheck> checks = SelfTest.checks(target, new ManyCores(new WorkGroups(items, 3)), NumberFormats.F32);
        assertTrue(checks.size() > 15, checks.size() + " checks");
        StepCheck.compile(target, checks);
        checks.forEach(StepCheck::run);
    }

    /** A kernel class that no step of the sample uses would be trusted untested. */
    @Test
    void coversEveryKernelClass() throws Exception {
        Set<String> covered = Stream.of(FewCores.LOOPS, new ManyCores(new WorkGroups(64, 64)))
                .flatMap(family -> formats(family != FewCores.LOOPS).map(formats -> new SampleDecoder(family, formats)))
                .flatMap(sample -> sample.steps().stream()).map(Step::kernel)
                .map(name -> name.substring(0, name.indexOf('.'))).collect(Collectors.toCollection(TreeSet::new));
        Path classes = Path.of(SelfTest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve("org/tornadomla/kernels");
        Set<String> kernels = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.equals("package-info") && hasKernel(Class.forName("org.tornadomla.kernels." + name))) {
                    kernels.add(name);
                }
            }
        }
        kernels.remove("Probe");
        assertEquals(kernels, covered);
    }

    private static boolean hasKernel(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .anyMatch(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == void.class
                        && !List.of(method.getParameterTypes()).contains(Float16.class));
    }

    @Test
    void remembersAPassUntilSomethingChanges() throws Exception {
        Path file = directory.resolve("selftest").resolve("device.txt");
        VerdictStore store = new VerdictStore(file, "key 1");
        assertNull(store.load());
        store.save(new Verdict(true, "3 operations"));
        assertEquals(new Verdict(true, "3 operations"), store.load());
        assertNull(new VerdictStore(file, "key 2").load());
        Files.writeString(file, "damaged");
        assertNull(store.load());
        try (Stream<Path> left = Files.list(file.getParent())) {
            assertEquals(1, left.count(), "files beside the verdict");
        }
    }

    @Test
    void folderThatCannotBeWrittenIsNoError() throws Exception {
        Path blocked = Files.writeString(directory.resolve("file"), "");
        VerdictStore store = new VerdictStore(blocked.resolve("device.txt"), "key");
        store.save(new Verdict(true, "3 operations"));
        assertNull(store.load());
    }
}
