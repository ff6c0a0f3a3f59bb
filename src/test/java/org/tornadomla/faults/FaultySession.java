package org.tornadomla.faults;

import java.util.concurrent.locks.LockSupport;
import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import org.tornadomla.bundled.device.SessionTimes;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A sound session with its device's fault in between. */
final class FaultySession implements DeviceSession {

    private static final long SLOW_MILLIS = 2;

    private final FaultyDevice device;
    private final DeviceSession sound;
    private String graph = "";
    private String graphBefore = "";
    private boolean hangs;

    FaultySession(FaultyDevice device, DeviceSession sound) {
        this.device = device;
        this.sound = sound;
    }

    /** A buffer with what a stale one would hold. */
    private static final class Buffer implements DeviceBuffer {

        private final FaultyDevice device;
        private final DeviceBuffer sound;
        private final Object shape;
        private Object uploaded;
        private String writer = "";

        Buffer(FaultyDevice device, DeviceBuffer sound, Object shape) {
            this.device = device;
            this.sound = sound;
            this.shape = shape;
            device.opened(this);
        }

        @Override
        public long bytes() {
            return sound.bytes();
        }

        @Override
        public void free() {
            device.freed(this);
            sound.free();
        }
    }

    private void requirePresent() {
        if (device.isLost()) {
            throw new TornadoRuntimeException("the device is lost");
        }
    }

    @Override
    public DeviceBuffer allocate(Object hostArray) {
        requirePresent();
        if (device.strikes(Fault.Kind.OUT_OF_MEMORY, null)) {
            throw new TornadoOutOfMemoryException("no memory for a buffer");
        }
        return new Buffer(device, sound.allocate(hostArray), hostArray);
    }

    @Override
    public void upload(Object hostArray, DeviceBuffer buffer) {
        requirePresent();
        Buffer to = (Buffer) buffer;
        sound.upload(hostArray, to.sound);
        to.writer = "";
        if (to.uploaded == null) {
            to.uploaded = copy(to);
        }
    }

    @Override
    public void download(DeviceBuffer buffer, Object hostArray, long offset, long bytes) {
        requirePresent();
        device.downloaded(bytes);
        sound.download(((Buffer) buffer).sound, hostArray, offset, bytes);
    }

    @Override
    public CompiledKernel compile(KernelTask task) {
        requirePresent();
        if (device.strikes(Fault.Kind.COMPILE, method(task))) {
            throw new TornadoBailoutRuntimeException("cannot compile " + method(task));
        }
        if (device.strikes(Fault.Kind.HOST_MEMORY, method(task))) {
            throw new OutOfMemoryError("no memory to compile " + method(task));
        }
        return sound.compile(task);
    }

    @Override
    public void launch(CompiledKernel kernel, DeviceBuffer[] buffers, NdRange range) {
        requirePresent();
        String method = method(kernel.task());
        if (device.strikes(Fault.Kind.LOST, method)) {
            requirePresent();
        }
        if (device.strikes(Fault.Kind.WRITES_NOTHING, method)) {
            return;
        }
        enter(kernel.task().graph());
        DeviceBuffer[] parameters = new DeviceBuffer[buffers.length];
        Object[] before = new Object[buffers.length];
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] instanceof Buffer buffer) {
                makeStale(buffer, method);
                parameters[i] = buffer.sound;
                before[i] = copy(buffer);
            }
        }
        sound.launch(kernel, parameters, range);
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] instanceof Buffer buffer) {
                int changed = firstDifference(before[i], copy(buffer));
                if (changed >= 0) {
                    buffer.writer = graph;
                    if (device.strikes(Fault.Kind.RUNS_ON_HOST, method)) {
                        sound.download(buffer.sound, buffer.shape, 0, buffer.bytes());
                    }
                    if (device.strikes(Fault.Kind.WRONG_VALUE, method)) {
                        falsify(buffer, changed);
                        break;
                    }
                }
            }
        }
    }

    private void enter(String next) {
        if (!next.equals(graph)) {
            graphBefore = graph;
            graph = next;
            device.entered(graph);
        }
    }

    private void makeStale(Buffer buffer, String method) {
        boolean fresh = buffer.writer.isEmpty() || buffer.writer.equals(graph) || buffer.writer.equals(graphBefore);
        if (!fresh && buffer.uploaded != null && device.strikes(Fault.Kind.STALE, method)) {
            sound.upload(buffer.uploaded, buffer.sound);
        }
    }

    private Object copy(Buffer buffer) {
        Object copy = ArrayMemory.sameShape(buffer.shape);
        sound.download(buffer.sound, copy, 0, buffer.bytes());
        return copy;
    }

    private static int firstDifference(Object before, Object after) {
        long at = ArrayMemory.readable(before).mismatch(ArrayMemory.readable(after));
        return at < 0 ? -1 : (int) (at / ArrayMemory.storage(before).getElementSize());
    }

    private void falsify(Buffer buffer, int element) {
        Object copy = copy(buffer);
        switch (ArrayMemory.storage(copy)) {
            case FloatArray floats -> floats.set(element, floats.get(element) + 1f);
            case IntArray ints -> ints.set(element, ints.get(element) + 1);
            default -> throw new AssertionError("no kernel of ours writes " + copy.getClass());
        }
        sound.upload(copy, buffer.sound);
    }

    private static String method(KernelTask task) {
        return task.method().getDeclaringClass().getSimpleName() + "." + task.method().getName();
    }

    @Override
    public void finishUploads() {
        requirePresent();
        sound.finishUploads();
    }

    @Override
    public boolean awaitAll(long nanos) {
        hangs |= device.strikes(Fault.Kind.HANGS, null);
        if (hangs) {
            LockSupport.parkNanos(nanos);
        }
        return !hangs;
    }

    @Override
    public void finish() {
        requirePresent();
        if (device.strikes(Fault.Kind.SLOW, null)) {
            try {
                Thread.sleep(SLOW_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        sound.finish();
    }

    @Override
    public SessionTimes takeTimes() {
        return sound.takeTimes();
    }

    @Override
    public void close() {
        device.closed(this);
        sound.close();
    }
}
