package uk.ac.manchester.tornado.api;

/** What can be said of a task graph while it is built: tasks, and transfers before and behind them. */
public interface TaskGraphInterface {

    /** The graph's name. */
    String getTaskGraphName();

    /** Copies arrays to the device before the tasks, when {@code mode} of {@code DataTransferMode} says. */
    TaskGraphInterface transferToDevice(int mode, Object... objects);

    /** Takes the device copies of arrays over from the graph that ran immediately before this one in the plan. */
    TaskGraph consumeFromDevice(String sourceGraph, Object... objects);

    /** Takes the device copies of arrays over from the graph that ran immediately before this one in the plan. */
    TaskGraph consumeFromDevice(Object... objects);

    /** Copies arrays to the host behind the tasks, when {@code mode} of {@code DataTransferMode} says. */
    TaskGraphInterface transferToHost(int mode, Object... objects);

    /** Leaves the device copies of arrays to the graph that runs next in the plan. */
    TaskGraph persistOnDevice(Object... objects);

    /**
     * The graph as it is now, for one plan.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException if a transfer can have no effect
     */
    ImmutableTaskGraph snapshot();
}
