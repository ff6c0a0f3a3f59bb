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

    /** Nanoseconds of compilation spent on translating bytecode. */
    public long getTornadoCompilerTime() {
        return measurements.translateNanos();
    }

    /** Nanoseconds of compilation spent in the driver. */
    public long getDriverInstallTime() {
        return measurements.driverNanos();
    }

    /** Nanoseconds of copies both ways. */
    public long getDataTransfersTime() {
        return measurements.transferNanos();
    }

    /** Nanoseconds of copies to the device. */
    public long getDeviceWriteTime() {
        return measurements.uploadNanos();
    }

    /** Nanoseconds of copies to the host. */
    public long getDeviceReadTime() {
        return measurements.downloadNanos();
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

    /** Bytes copied both ways. */
    public long getTotalBytesTransferred() {
        return measurements.transferredBytes();
    }

    /** Bytes of the plan's device copies behind the execution. */
    public long getTotalDeviceMemoryUsage() {
        return measurements.deviceBytes();
    }

    /** The measurements as a JSON object, with kernel times by task. */
    public String getProfileLog() {
        return measurements.json();
    }

    /** Prints {@link #getProfileLog()} to standard output. */
    public void dumpProfiles() {
        System.out.println(getProfileLog());
    }
}
