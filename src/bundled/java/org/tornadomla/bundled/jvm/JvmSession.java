package org.tornadomla.bundled.jvm;

import java.util.HashMap;
import java.util.Map;
import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import org.tornadomla.bundled.device.SessionTimes;

/** A plan's queue on the virtual machine itself: every command is done when its method returns. */
final class JvmSession implements DeviceSession {

    private final Map<String, Long> kernelNanos = new HashMap<>();
    private long uploadNanos;
    private long downloadNanos;
    private long uploadBytes;
    private long downloadBytes;

    @Override
    public DeviceBuffer allocate(Object hostArray) {
        return JvmBuffer.allocate(hostArray);
    }

    @Override
    public DeviceBuffer allocateReadOnly(Object hostArray) {
        return JvmBuffer.share(hostArray);
    }

    @Override
    public void upload(Object hostArray, DeviceBuffer buffer) {
        long start = System.nanoTime();
        if (((JvmBuffer) buffer).upload(hostArray)) {
            uploadBytes += buffer.bytes();
        }
        uploadNanos += System.nanoTime() - start;
    }

    @Override
    public void download(DeviceBuffer buffer, Object hostArray, long offset, long bytes) {
        long start = System.nanoTime();
        ((JvmBuffer) buffer).download(hostArray, offset, bytes);
        downloadBytes += bytes;
        downloadNanos += System.nanoTime() - start;
    }

    @Override
    public CompiledKernel compile(KernelTask task) {
        return JvmKernel.compile(task);
    }

    @Override
    public void launch(CompiledKernel kernel, DeviceBuffer[] buffers, NdRange range) {
        long start = System.nanoTime();
        ((JvmKernel) kernel).launch(buffers, range);
        kernelNanos.merge(kernel.task().id(), System.nanoTime() - start, Long::sum);
    }

    @Override
    public void finishUploads() {
        // Nothing is ever outstanding.
    }

    @Override
    public void finish() {
        // Nothing is ever outstanding.
    }

    @Override
    public SessionTimes takeTimes() {
        SessionTimes times = new SessionTimes(uploadNanos, downloadNanos, uploadBytes, downloadBytes,
                Map.copyOf(kernelNanos));
        kernelNanos.clear();
        uploadNanos = 0;
        downloadNanos = 0;
        uploadBytes = 0;
        downloadBytes = 0;
        return times;
    }

    @Override
    public void close() {
        // Buffers belong to the plan, which frees them; kernels are shared and hold no memory.
    }
}
