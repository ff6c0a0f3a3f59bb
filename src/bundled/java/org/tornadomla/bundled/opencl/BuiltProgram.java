package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;

/**
 * Where a kernel is built.
 *
 * @param handle the driver's program, which may hold other kernels too
 * @param suffix what the names of the kernel's functions have behind them there
 */
record BuiltProgram(MemorySegment handle, String suffix) {
}
