package uk.ac.manchester.tornado.api;

import org.tornadomla.bundled.runtime.Measurements;
import org.tornadomla.bundled.runtime.PlanExecutor;

/** What an execution left behind: its measurements, and arrays that are still on the device. */
public class TornadoExecutionResult {

    private final PlanExecutor executor;
    private final Measurements measurements;

    TornadoExecutionResult(PlanExecutor executor, Measurements measurements) {
        this.executor = executor;
        this.measurements = measurements;
    }

    /** The measurements; all zero when the plan did not measure. */
    public TornadoProfilerResult getProfilerResult() {
        return new TornadoProfilerResult(measurements);
    }

    /**
     * Copies whole arrays to the host.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException if the device has no copy, or a part of
     *                                                                             one was copied by {@link DataRange}
     *                                                                             before
     */
    public TornadoExecutionResult transferToHost(Object... objects) {
        for (Object object : objects) {
            executor.download(object);
        }
        return this;
    }

    /** Copies a part of an array to the host; from then on only parts of it can be copied. */
    public TornadoExecutionResult transferToHost(DataRange dataRange) {
        dataRange.materialize();
        executor.download(dataRange.getArray(), dataRange.getOffset(), dataRange.getPartialSize());
        return this;
    }

    /**
     * Waits for the end of the execution, which may still be queued when nothing of it came to the host.
     *
     * @return true
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException if it failed
     */
    public boolean isReady() {
        executor.finish();
        return true;
    }
}
