package org.tornadomla.bundled.device;

/** A task's kernel, compiled for one device. */
public interface CompiledKernel {

    KernelTask task();

    /** What the device compiled, for people: OpenCL C, or a listing of the rewritten bytecode. */
    String source();

    /** Nanoseconds that translation took on the host, and that the driver took. */
    long translateNanos();

    long driverNanos();
}
