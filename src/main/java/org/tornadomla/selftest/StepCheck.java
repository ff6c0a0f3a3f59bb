package org.tornadomla.selftest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Step;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/**
 * Runs one step alone on a device, again and again with other content, and holds every result against what Java
 * computed. Results are fetched only after the host's arrays were found as they were: TornadoVM's bail-out runs a
 * kernel that failed as Java on the host's own arrays, often with the right numbers.
 */
final class StepCheck {

    private static final int REPEATS = 3;
    private static final String GRAPH = "selftest";

    private final Step step;
    private final Target target;
    private final List<Expectation> rounds;

    /**
     * @param rounds what the step must do, with different content
     */
    StepCheck(Step step, Target target, List<Expectation> rounds) {
        this.step = step;
        this.target = target;
        this.rounds = rounds;
    }

    /**
     * Has the kernels of all checks compiled at once, where that takes less time. What the compiler refuses is said by
     * the check that needs it.
     */
    static void compile(Target target, List<StepCheck> checks) {
        if (!target.engine().joinsKernels()) {
            return;
        }
        List<ImmutableTaskGraph> graphs = new ArrayList<>();
        for (StepCheck check : checks) {
            graphs.add(check.graph(GRAPH + graphs.size(), check.arrays(), check.written()).snapshot());
        }
        try (TornadoExecutionPlan plan = target.plan(graphs)) {
            plan.withPreCompilation();
        } catch (Exception refused) {
            // The check of the kernel that was refused is refused in the same way, and says which it is.
        }
    }

    private List<Object> arrays() {
        return rounds.getFirst().before().stream().map(Content::array).toList();
    }

    /** The arrays that the step writes in some round. */
    @SuppressWarnings("ReferenceEquality") // The array itself, not one like it.
    private List<Object> written() {
        return arrays().stream()
                .filter(array -> rounds.stream().anyMatch(
                        round -> round.results().stream().anyMatch(result -> result.after().array() == array)))
                .toList();
    }

    /**
     * Runs the step on the content of each round in turn, and of the last one {@value #REPEATS} times.
     *
     * @return the largest error, as a fraction of its array's largest value
     * @throws OperationException naming the operation, and the error or the largest difference
     */
    double run() {
        List<Object> written = written();
        // TornadoVM reads a kernel's code while the graph is made, and may fail there already.
        try (TornadoExecutionPlan plan = target.plan(List.of(graph(GRAPH, arrays(), written).snapshot()))) {
            target.grid(step.grid().items(), step.grid().local())
                    .ifPresent(grid -> plan.withGridScheduler(new GridScheduler(GRAPH + "." + step.name(), grid)));
            return execute(plan, written);
        } catch (OperationException e) {
            throw e;
        } catch (Throwable e) {
            throw new OperationException(step, "failed: " + DeviceException.reason(e), e);
        }
    }

    private TaskGraph graph(String name, List<Object> all, List<Object> written) {
        TaskGraph graph = new TaskGraph(name).transferToDevice(DataTransferMode.EVERY_EXECUTION, all.toArray());
        graph = step.task().apply(graph);
        return written.isEmpty() ? graph : graph.transferToHost(DataTransferMode.UNDER_DEMAND, written.toArray());
    }

    @SuppressWarnings("ReferenceEquality") // The last round itself, not one like it.
    private double execute(TornadoExecutionPlan plan, List<Object> written) {
        double worst = 0;
        for (Expectation round : rounds) {
            List<Content> first = null;
            for (int repeat = 0; repeat < (round == rounds.getLast() ? REPEATS : 1); repeat++) {
                round.prepare();
                List<Content> untouched = written.stream().map(Content::of).toList();
                TornadoExecutionResult result = plan.execute();
                requireUntouched(untouched);
                if (!written.isEmpty()) {
                    result.transferToHost(written.toArray());
                }
                List<Content> found = round.results().stream().map(r -> Content.of(r.after().array())).toList();
                for (int i = 0; i < found.size(); i++) {
                    worst = Math.max(worst, compare(round.results().get(i), found.get(i)));
                    if (first != null && !sameBits(round.results().get(i), first.get(i), found.get(i))) {
                        throw new OperationException(step, "gave other bits when it ran again on the same content",
                                null);
                    }
                }
                first = found;
            }
        }
        return worst;
    }

    private void requireUntouched(List<Content> before) {
        for (Content content : before) {
            if (!Arrays.equals(content.bits(), Content.of(content.array()).bits())) {
                throw new OperationException(step,
                        "ran as Java on the host and not on the device: its results stood in the host's arrays"
                                + " before they were fetched",
                        null);
            }
        }
    }

    private static boolean sameBits(Expectation.Result result, Content a, Content b) {
        return result.written().stream().allMatch(i -> a.bits()[i] == b.bits()[i]);
    }

    /** The largest error as a fraction of the largest value of its kind, which must be within the allowed one. */
    private double compare(Expectation.Result result, Content found) {
        return ResultPart.present(step, result).mapToDouble(part -> compare(part, result.after(), found)).max()
                .orElse(0);
    }

    private double compare(ResultPart part, Content expected, Content found) {
        double largest = part.largest(expected);
        double allowed = part.numbers().allowed(largest);
        double worst = 0;
        int at = -1;
        for (int i : part.elements().stream().toArray()) {
            double[] wanted = part.numbers().of(expected.bits()[i]);
            double[] given = part.numbers().of(found.bits()[i]);
            for (int n = 0; n < wanted.length; n++) {
                double difference = Math.abs(given[n] - wanted[n]);
                // Written so that NaN counts as the worst.
                if (!(difference <= worst)) {
                    worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
                    at = i;
                }
            }
        }
        if (worst > allowed) {
            throw new OperationException(step,
                    "is wrong: largest difference " + worst + " at element " + at + ", "
                            + text(part.numbers().of(found.bits()[at])) + " for "
                            + text(part.numbers().of(expected.bits()[at])) + ", allowed " + allowed,
                    null);
        }
        return worst == 0 ? 0 : worst / largest;
    }

    private static String text(double[] numbers) {
        return numbers.length == 1 ? Double.toString(numbers[0]) : Arrays.toString(numbers);
    }

    /** The kernel's class and method. */
    String kernel() {
        return step.kernel();
    }

    /** Two steps with one signature differ in sizes only: same kernel, same kinds of arguments, same switches. */
    static String signature(Step step) {
        return step.kernel() + step.arguments().stream().map(argument -> argument.getClass().getSimpleName()).toList()
                + Switches.of(step);
    }
}
