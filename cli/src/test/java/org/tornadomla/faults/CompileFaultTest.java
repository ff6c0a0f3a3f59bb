package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tornadomla.layers.FewCores;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.cli.CommandRun;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault.Kind;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.selftest.KernelSource;
import org.tornadomla.selftest.KernelSources;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A kernel that does not compile is a verdict on this kernel, and a device that cannot be asked is described all the
 * same.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class CompileFaultTest {

    private static final String KERNEL = "RmsNorm.rows";

    private final FaultyDevice device = new FaultyDevice();

    @AfterEach
    void removeDevice() {
        device.close();
    }

    @Test
    void oneKernelThatDoesNotCompileHidesNoOther() {
        device.arm(Fault.in(Kind.COMPILE, KERNEL));
        Map<String, KernelSource> sources = KernelSources.of(device.target(), FewCores.LOOPS);
        assertTrue(sources.size() > 20, () -> sources.keySet().toString());
        sources.forEach((kernel, source) -> assertEquals(!kernel.equals(KERNEL), source.compiles(), kernel));
        assertTrue(sources.get(KERNEL).refusal().contains(KERNEL), sources.get(KERNEL)::toString);
    }

    @Test
    void theCommandShowsAllKernelsAndWhyOneFails() {
        device.arm(Fault.in(Kind.COMPILE, KERNEL));
        Target target = device.target();
        CommandRun run = CommandRun.of("kernels", "--device", target.backend() + ":" + target.index(), "--trust",
                "--out", "target/compile-fault");
        assertTrue(run.out().lines().anyMatch(line -> line.startsWith("SwiGlu.rows ")), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches(KERNEL.replace(".", "\\.") + " +.*compile.*")),
                run.out());
        assertTrue(run.err().contains("1 of ") && run.err().contains("kernels do not compile"), run.err());
        assertFalse(run.err().contains("unexpected"), run.err());
    }

    /** A file with a line a kernel: its largest error, or why it is wrong. */
    @Test
    void theCommandWritesHowExactEachKernelIs() throws IOException {
        device.arm(Fault.in(Kind.WRONG_VALUE, KERNEL));
        Target target = device.target();
        Path file = Path.of("target", "kernel-errors.tsv");
        CommandRun run = CommandRun.of("kernels", "--device", target.backend() + ":" + target.index(), "--errors",
                file.toString());
        List<String[]> lines = Files.readAllLines(file).stream().map(line -> line.split("\t", -1)).toList();
        assertTrue(lines.size() > 20, run.out());
        for (String[] line : lines) {
            if (line[0].equals(KERNEL)) {
                assertTrue(line[1].isEmpty() && line[2].contains("is wrong: largest difference"), line[2]);
            } else {
                assertTrue(Double.parseDouble(line[1]) <= 0x1p-7 && line[2].isEmpty(), line[0]);
            }
        }
        assertTrue(run.err().contains("1 kernels do not run or are wrong"), run.err());
        assertTrue(run.out().contains(lines.size() - 1 + " of " + lines.size() + " kernels are right"), run.out());
    }

    /** TornadoVM's compiler fails with errors that are no exceptions, while a graph is made. */
    @Test
    void whatFailsWhileAPlanIsMadeNamesTheDevice() {
        UnaryOperator<TaskGraph> fails = graph -> {
            throw new AssertionError("node 401 added twice");
        };
        FloatArray array = new FloatArray(4);
        Step step = new Step("step", Grid.loop(4), "Some.kernel", List.of(array), fails);
        Buffers buffers = new Buffers();
        buffers.add("array", Buffers.Role.OUTPUT, array);
        List<Stage> stages = List.of(Stage.of(new GraphSpec("graph", List.of(step))));
        DeviceException failed = assertThrows(DeviceException.class,
                () -> new CyclePlan(stages, buffers, device.target()).close());
        assertTrue(failed.getMessage().contains("faulty JVM") && failed.getMessage().contains("node 401 added twice"),
                failed::getMessage);
    }

    @Test
    void aDeviceThatCannotBeAskedIsDescribedByItsName() {
        Target target = device.target();
        TornadoTargetDevice silent = silent(TornadoTargetDevice.class, target.device().getPhysicalDevice(), Map.of());
        Target asked = new Target(Engine.TORNADOVM, 0, 0,
                silent(TornadoDevice.class, target.device(), Map.of("getPhysicalDevice", silent)), true);
        assertEquals(target.limits().groupItems(), asked.limits().groupItems());
        assertTrue(asked.limits().vectorFloats().isEmpty());
    }

    /** Another object that answers as one does, but for some methods, and cannot be asked for its info. */
    private static <T> T silent(Class<T> type, T asOne, Map<String, Object> others) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (proxy, method, given) -> {
            if (method.getName().equals("getDeviceInfo")) {
                throw new UnsupportedOperationException("");
            }
            if (others.containsKey(method.getName())) {
                return others.get(method.getName());
            }
            try {
                return method.invoke(asOne, given);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
