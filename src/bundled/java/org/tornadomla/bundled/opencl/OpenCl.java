package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The OpenCL functions that make, use and release objects, of version 1.2 and so had by every driver. Handles of
 * objects are addresses. Every failure is an {@link OpenClException}. Finding devices does not load this class.
 */
final class OpenCl {

    static final long QUEUE_PROFILING = 2;
    private static final long MEM_READ_WRITE = 1;
    private static final long MEM_READ_ONLY = 1 << 2;
    private static final long MEM_USE_HOST_PTR = 1 << 3;
    private static final int EVENT_STATUS = 0x11D3;
    /** The status of a command that ended well; those that failed have one below. */
    private static final int EVENT_COMPLETE = 0;
    static final int PROFILING_START = 0x1282;
    static final int PROFILING_END = 0x1283;
    static final int PROGRAM_BINARY_SIZES = 0x1165;
    static final int PROGRAM_BINARIES = 0x1166;
    static final int PROGRAM_BUILD_LOG = 0x1183;
    static final int KERNEL_WORK_GROUP_SIZE = 0x11B0;

    private static final MethodHandle CREATE_CONTEXT = Library.creator("clCreateContext", ADDRESS, JAVA_INT, ADDRESS,
            ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle CREATE_QUEUE = Library.creator("clCreateCommandQueue", ADDRESS, ADDRESS,
            JAVA_LONG, ADDRESS);
    private static final MethodHandle CREATE_BUFFER = Library.creator("clCreateBuffer", ADDRESS, JAVA_LONG, JAVA_LONG,
            ADDRESS, ADDRESS);
    private static final MethodHandle CREATE_WITH_SOURCE = Library.creator("clCreateProgramWithSource", ADDRESS,
            JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle CREATE_WITH_BINARY = Library.creator("clCreateProgramWithBinary", ADDRESS,
            JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle BUILD = Library.function("clBuildProgram", ADDRESS, JAVA_INT, ADDRESS, ADDRESS,
            ADDRESS, ADDRESS);
    private static final MethodHandle GET_PROGRAM_INFO = Library.function("clGetProgramInfo", ADDRESS, JAVA_INT,
            JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle GET_BUILD_INFO = Library.function("clGetProgramBuildInfo", ADDRESS, ADDRESS,
            JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle CREATE_KERNEL = Library.creator("clCreateKernel", ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle SET_KERNEL_ARG = Library.function("clSetKernelArg", ADDRESS, JAVA_INT, JAVA_LONG,
            ADDRESS);
    private static final MethodHandle GET_KERNEL_INFO = Library.function("clGetKernelWorkGroupInfo", ADDRESS, ADDRESS,
            JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle ENQUEUE_FILL = Library.function("clEnqueueFillBuffer", ADDRESS, ADDRESS, ADDRESS,
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle ENQUEUE_WRITE = Library.function("clEnqueueWriteBuffer", ADDRESS, ADDRESS,
            JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle ENQUEUE_READ = Library.function("clEnqueueReadBuffer", ADDRESS, ADDRESS, JAVA_INT,
            JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle ENQUEUE_KERNEL = Library.function("clEnqueueNDRangeKernel", ADDRESS, ADDRESS,
            JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle FLUSH = Library.function("clFlush", ADDRESS);
    private static final MethodHandle SET_EVENT_CALLBACK = Library.function("clSetEventCallback", ADDRESS, JAVA_INT,
            ADDRESS, ADDRESS);
    private static final MethodHandle FINISH = Library.function("clFinish", ADDRESS);
    private static final MethodHandle WAIT_FOR_EVENTS = Library.function("clWaitForEvents", JAVA_INT, ADDRESS);
    private static final MethodHandle GET_EVENT_INFO = Library.function("clGetEventInfo", ADDRESS, JAVA_INT, JAVA_LONG,
            ADDRESS, ADDRESS);
    private static final MethodHandle GET_PROFILING = Library.function("clGetEventProfilingInfo", ADDRESS, JAVA_INT,
            JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle RELEASE_CONTEXT = Library.function("clReleaseContext", ADDRESS);
    private static final MethodHandle RELEASE_QUEUE = Library.function("clReleaseCommandQueue", ADDRESS);
    private static final MethodHandle RELEASE_BUFFER = Library.function("clReleaseMemObject", ADDRESS);
    private static final MethodHandle RELEASE_PROGRAM = Library.function("clReleaseProgram", ADDRESS);
    private static final MethodHandle RELEASE_KERNEL = Library.function("clReleaseKernel", ADDRESS);
    private static final MethodHandle RELEASE_EVENT = Library.function("clReleaseEvent", ADDRESS);

    private OpenCl() {
    }

    static String buildLog(MemorySegment program, MemorySegment device) {
        return Library.text(Library.info("clGetProgramBuildInfo", (size, value,
                needed) -> (int) GET_BUILD_INFO.invokeExact(program, device, PROGRAM_BUILD_LOG, size, value, needed)));
    }

    static long kernelWorkGroupSize(MemorySegment kernel, MemorySegment device) {
        return Library.number(Library.info("clGetKernelWorkGroupInfo", (size, value, needed) -> (int) GET_KERNEL_INFO
                .invokeExact(kernel, device, KERNEL_WORK_GROUP_SIZE, size, value, needed)));
    }

    static MemorySegment createContext(MemorySegment device) {
        return Library.made("clCreateContext",
                (arena, code) -> (MemorySegment) CREATE_CONTEXT.invokeExact(MemorySegment.NULL, 1,
                        arena.allocateFrom(ADDRESS, device), MemorySegment.NULL, MemorySegment.NULL, code));
    }

    static MemorySegment createQueue(MemorySegment context, MemorySegment device) {
        return Library.made("clCreateCommandQueue",
                (_, code) -> (MemorySegment) CREATE_QUEUE.invokeExact(context, device, QUEUE_PROFILING, code));
    }

    static MemorySegment createBuffer(MemorySegment context, long bytes) {
        return createBuffer(context, MEM_READ_WRITE, bytes, MemorySegment.NULL);
    }

    /** A buffer that kernels only read, in memory of the host that must stay as it is. */
    static MemorySegment createBuffer(MemorySegment context, MemorySegment host) {
        return createBuffer(context, MEM_READ_ONLY | MEM_USE_HOST_PTR, host.byteSize(), host);
    }

    private static MemorySegment createBuffer(MemorySegment context, long flags, long bytes, MemorySegment host) {
        return Library.made("clCreateBuffer",
                (_, code) -> (MemorySegment) CREATE_BUFFER.invokeExact(context, flags, bytes, host, code));
    }

    static MemorySegment createProgram(MemorySegment context, String source) {
        return Library.made("clCreateProgramWithSource", (arena, code) -> {
            MemorySegment texts = arena.allocateFrom(ADDRESS, arena.allocateFrom(source));
            return (MemorySegment) CREATE_WITH_SOURCE.invokeExact(context, 1, texts, MemorySegment.NULL, code);
        });
    }

    /** A program in the driver's own form, which it may refuse as a whole or for the device. */
    static MemorySegment createProgram(MemorySegment context, MemorySegment device, byte[] binary) {
        return Library.made("clCreateProgramWithBinary", (arena, code) -> {
            MemorySegment ofDevice = arena.allocate(JAVA_INT);
            MemorySegment lengths = arena.allocateFrom(JAVA_LONG, binary.length);
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, binary);
            MemorySegment program = (MemorySegment) CREATE_WITH_BINARY.invokeExact(context, 1,
                    arena.allocateFrom(ADDRESS, device), lengths, arena.allocateFrom(ADDRESS, bytes), ofDevice, code);
            OpenClException.check("clCreateProgramWithBinary", code.get(JAVA_INT, 0));
            OpenClException.check("clCreateProgramWithBinary", ofDevice.get(JAVA_INT, 0));
            return program;
        });
    }

    /** Compiles a program; a driver's compiler may be set up only now. */
    static void build(MemorySegment program, MemorySegment device, String options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment devices = arena.allocateFrom(ADDRESS, device);
            MemorySegment text = arena.allocateFrom(options);
            int code = SignalHandlers.keep(() -> Library.code(
                    () -> (int) BUILD.invokeExact(program, 1, devices, text, MemorySegment.NULL, MemorySegment.NULL)));
            OpenClException.check("clBuildProgram", code);
        }
    }

    /** The driver's own form of a built program for its only device. */
    static byte[] binary(MemorySegment program) {
        long size = Library.number(Library.info("clGetProgramInfo", (bytes, value,
                needed) -> (int) GET_PROGRAM_INFO.invokeExact(program, PROGRAM_BINARY_SIZES, bytes, value, needed)));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.max(size, 1));
            MemorySegment places = arena.allocateFrom(ADDRESS, bytes);
            Library.call("clGetProgramInfo", () -> (int) GET_PROGRAM_INFO.invokeExact(program, PROGRAM_BINARIES,
                    ADDRESS.byteSize(), places, MemorySegment.NULL));
            return bytes.asSlice(0, size).toArray(JAVA_BYTE);
        }
    }

    static MemorySegment createKernel(MemorySegment program, String name) {
        return Library.made("clCreateKernel",
                (arena, code) -> (MemorySegment) CREATE_KERNEL.invokeExact(program, arena.allocateFrom(name), code));
    }

    /** Sets an argument to the number or the buffer handle that lies in {@code place}. */
    static void setArgument(MemorySegment kernel, int index, MemorySegment place) {
        Library.call("clSetKernelArg", () -> (int) SET_KERNEL_ARG.invokeExact(kernel, index, place.byteSize(), place));
    }

    /** Enqueues a copy to a buffer; the handle of its event is left in {@code event}. */
    static void enqueueWrite(MemorySegment queue, MemorySegment buffer, MemorySegment from, MemorySegment event) {
        Library.call("clEnqueueWriteBuffer", () -> (int) ENQUEUE_WRITE.invokeExact(queue, buffer, 0, 0L,
                from.byteSize(), from, 0, MemorySegment.NULL, event));
    }

    /** Enqueues the filling of a buffer with zeros; the handle of its event is left in {@code event}. */
    static void enqueueZeros(MemorySegment queue, MemorySegment buffer, long bytes, MemorySegment event) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zero = arena.allocate(1);
            Library.call("clEnqueueFillBuffer", () -> (int) ENQUEUE_FILL.invokeExact(queue, buffer, zero, 1L, 0L, bytes,
                    0, MemorySegment.NULL, event));
        }
    }

    /** Enqueues a copy from byte {@code offset} of a buffer; the handle of its event is left in {@code event}. */
    static void enqueueRead(MemorySegment queue, MemorySegment buffer, long offset, MemorySegment to,
            MemorySegment event) {
        Library.call("clEnqueueReadBuffer", () -> (int) ENQUEUE_READ.invokeExact(queue, buffer, 0, offset,
                to.byteSize(), to, 0, MemorySegment.NULL, event));
    }

    /** Enqueues a kernel; returns the error code, since its meaning depends on sizes that the caller knows. */
    static int enqueueKernel(MemorySegment queue, MemorySegment kernel, MemorySegment global, MemorySegment local,
            MemorySegment event) {
        return Library.code(() -> (int) ENQUEUE_KERNEL.invokeExact(queue, kernel, 3, MemorySegment.NULL, global, local,
                0, MemorySegment.NULL, event));
    }

    static void flush(MemorySegment queue) {
        Library.call("clFlush", () -> (int) FLUSH.invokeExact(queue));
    }

    /** Has {@code function} called with {@code data} when the command of an event has ended, well or not. */
    static void callBack(MemorySegment event, MemorySegment function, MemorySegment data) {
        Library.call("clSetEventCallback",
                () -> (int) SET_EVENT_CALLBACK.invokeExact(event, EVENT_COMPLETE, function, data));
    }

    static void finish(MemorySegment queue) {
        Library.call("clFinish", () -> (int) FINISH.invokeExact(queue));
    }

    /** Waits for the command of an event, and thereby for those before it in its queue. */
    static void await(MemorySegment event, MemorySegment scratch) {
        scratch.set(ADDRESS, 0, event);
        Library.call("clWaitForEvents", () -> (int) WAIT_FOR_EVENTS.invokeExact(1, scratch));
    }

    /** Whether the command of an event has ended, well or not. */
    static boolean hasEnded(MemorySegment event) {
        byte[] status = Library.info("clGetEventInfo",
                (size, value, needed) -> (int) GET_EVENT_INFO.invokeExact(event, EVENT_STATUS, size, value, needed));
        return (int) Library.number(status) <= EVENT_COMPLETE;
    }

    /** Nanoseconds that a finished command ran on the device. */
    static long nanos(MemorySegment event, MemorySegment scratch) {
        long start = time(event, PROFILING_START, scratch);
        return time(event, PROFILING_END, scratch) - start;
    }

    private static long time(MemorySegment event, int what, MemorySegment scratch) {
        Library.call("clGetEventProfilingInfo",
                () -> (int) GET_PROFILING.invokeExact(event, what, 8L, scratch, MemorySegment.NULL));
        return scratch.get(JAVA_LONG, 0);
    }

    static void releaseContext(MemorySegment context) {
        Library.call("clReleaseContext", () -> (int) RELEASE_CONTEXT.invokeExact(context));
    }

    static void releaseQueue(MemorySegment queue) {
        Library.call("clReleaseCommandQueue", () -> (int) RELEASE_QUEUE.invokeExact(queue));
    }

    static void releaseBuffer(MemorySegment buffer) {
        Library.call("clReleaseMemObject", () -> (int) RELEASE_BUFFER.invokeExact(buffer));
    }

    static void releaseProgram(MemorySegment program) {
        Library.call("clReleaseProgram", () -> (int) RELEASE_PROGRAM.invokeExact(program));
    }

    static void releaseKernel(MemorySegment kernel) {
        Library.call("clReleaseKernel", () -> (int) RELEASE_KERNEL.invokeExact(kernel));
    }

    static void releaseEvent(MemorySegment event) {
        Library.call("clReleaseEvent", () -> (int) RELEASE_EVENT.invokeExact(event));
    }
}
