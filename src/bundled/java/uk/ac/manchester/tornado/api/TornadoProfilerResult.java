package uk.ac.manchester.tornado.api;

import org.tornadomla.bundled.runtime.Measurements;

/** Measurements of one execution; all zero when the plan did not measure. */
public class TornadoProfilerResult {

    private final Measurements measurements;

    TornadoProfilerResult(Measurements measurements) {
        this.measurements = measurements;
    }

    /** Nanoseconds of the execution, host and device. */
    public long getTotalTime() {
        return measurements.totalNanos();
    }

    /** Nanoseconds of compilation. */
    public long getCompileTime() {
        return measurements.compileNanos();
    }

    /** Nanoseconds that kernels ran. */
    public long getDeviceKernelTime() {
        return measurements.kernelNanos();
    }

    /** Bytes copied to the device. */
    public long getTotalBytesCopyIn() {
        return measurements.uploadBytes();
    }

    /** Bytes copied to the host. */
    public long getTotalBytesCopyOut() {
        return measurements.downloadBytes();
    }

    /** Bytes of the plan's device copies behind the execution. */
    public long getTotalDeviceMemoryUsage() {
        return measurements.deviceBytes();
    }

    /** The measurements as a JSON object, with kernel times by task. */
    public String getProfileLog() {
        return measurements.json();
    }
}
