package org.tornadomla.selftest;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Step;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.training.TrainingSample;
import org.tornadomla.weights.NumberFormats;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/** The kernels as a device's compiler receives them, in the sizes of the self-test. */
public final class KernelSources {

    private static final String GRAPH = "source";

    private KernelSources() {
    }

    /**
     * Compiles every kernel that it can, those of training behind those of inference. While it does, what others print
     * to standard output is taken for source: TornadoVM gives the source of a kernel in no other way.
     *
     * @return what the compiler made of each, by the kernel's class and method
     */
    public static Map<String, KernelSource> of(Target target, KernelFamily family) {
        Map<String, KernelSource> sources = new LinkedHashMap<>();
        List<NumberFormats> allowed = NumberFormats.each()
                .filter(formats -> formats.weights().refusal(target).isEmpty()).toList();
        for (NumberFormats formats : allowed) {
            SampleDecoder sample = new SampleDecoder(family, formats);
            sample.prompt();
            add(sources, sample.steps(), sample::arrays, target);
        }
        for (TrainingSample sample : TrainingSample.each(target)) {
            add(sources, sample.steps(), sample::arrays, target);
        }
        return sources;
    }

    private static void add(Map<String, KernelSource> sources, List<Step> steps, Function<Step, List<Object>> arrays,
            Target target) {
        for (Step step : steps) {
            if (!sources.containsKey(step.kernel())) {
                sources.put(step.kernel(), source(step, arrays.apply(step), target));
            }
        }
    }

    private static KernelSource source(Step step, List<Object> arrays, Target target) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        try (TornadoExecutionPlan plan = target.plan(List.of(graph(step, arrays).snapshot()));
                PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            target.grid(step.grid().items(), step.grid().local())
                    .ifPresent(grid -> plan.withGridScheduler(new GridScheduler(GRAPH + "." + step.name(), grid)));
            System.setOut(capture);
            plan.withPrintKernel().withPreCompilation();
        } catch (Throwable e) {
            // A compiler's own errors too: they say no more than that it does not take this kernel.
            return new KernelSource("", DeviceException.reason(e));
        } finally {
            System.setOut(out);
        }
        return new KernelSource(printed.toString(StandardCharsets.UTF_8), "");
    }

    private static TaskGraph graph(Step step, List<Object> arrays) {
        return step.task()
                .apply(new TaskGraph(GRAPH).transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays.toArray()));
    }
}
