package org.tornadomla.cost;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Step;

import uk.ac.manchester.tornado.api.KernelContext;

/** Runs kernels of work-groups on the host's arrays, a group after another, and counts what they do. */
public final class LockstepRun {

    private final InstrumentedKernels kernels;

    private LockstepRun(InstrumentedKernels kernels) {
        this.kernels = kernels;
    }

    /** Runs of the kernels as they are. */
    public static LockstepRun create() {
        return new LockstepRun(InstrumentedKernels.whole());
    }

    /**
     * Runs of kernels that lack a barrier, for tests of whether it is needed.
     *
     * @param kernels name of a class of kernels, below their package
     * @param barrier which of its barriers, in the order of its code
     */
    public static LockstepRun without(String kernels, int barrier) {
        return new LockstepRun(InstrumentedKernels.without(kernels, barrier));
    }

    /** Barriers in the code of the class that was named to {@link #without}, once one of its kernels ran. */
    public int barriers() {
        return kernels.barriers();
    }

    /**
     * Runs a step.
     *
     * @param most groups that are run, from the first on; the others are not counted
     */
    public KernelCost run(Step step, int most) {
        int items = step.grid().local();
        if (items == 0) {
            throw new ConfigurationException(
                    "step " + step.name() + " is a loop; only kernels of work-groups can be traced");
        }
        return run(step.kernel(), step.grid().items() / items, items, most, step.arguments());
    }

    /**
     * Runs a kernel.
     *
     * @param kernel    class, below the package of kernels, and method
     * @param groups    of the launch
     * @param items     work-items of a group
     * @param most      groups that are run, from the first on
     * @param arguments those behind the context
     */
    public KernelCost run(String kernel, int groups, int items, int most, List<Object> arguments) {
        Method method = kernels.kernel(kernel);
        Tally tally = new Tally(kernels::site);
        for (int group = 0; group < Math.min(groups, most); group++) {
            new TracedGroup(group, items, groups, tally).run(_ -> invoke(method, arguments));
        }
        return tally.cost();
    }

    private static void invoke(Method method, List<Object> arguments) {
        List<Object> all = new ArrayList<>(List.of(new KernelContext()));
        all.addAll(arguments);
        try {
            method.invoke(null, all.toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException exception
                    ? exception
                    : new IllegalStateException(method + " failed", e.getCause());
        } catch (IllegalAccessException | IllegalArgumentException e) {
            throw new ConfigurationException("kernel " + method + " does not take " + arguments.size() + " arguments",
                    e);
        }
    }
}
