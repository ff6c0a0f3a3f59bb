package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.tornadomla.bundled.memory.ArrayMemory;
import org.tornadomla.bundled.memory.HostMemory;

/**
 * An array of primitives outside the Java heap, freed with the object: the elements in the machine's byte order.
 *
 * <p>Memory is taken at the first use: arrays that only a device computes with, as scratch, cost the host nothing.
 * Every access checks its index. Device copies may share the memory of a host array that no kernel writes; before the
 * first write the host array takes memory of its own and leaves the copies theirs, so that nobody can tell (see
 * {@link ArrayMemory}).
 */
public abstract sealed class TornadoNativeArray permits ByteArray, FloatArray, HalfFloatArray, IntArray {

    /** Bytes that TornadoVM keeps before the first element, also on a device; here there are none. */
    public static final long ARRAY_HEADER = MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG).byteSize();

    static {
        ArrayMemory.connect(new ArrayMemory.Hooks(TornadoNativeArray::payload, TornadoNativeArray::writable,
                TornadoNativeArray::sameShape, TornadoNativeArray::share, TornadoNativeArray::unshare,
                TornadoNativeArray::isUntouched, TornadoNativeArray::place, (array, memory) -> array.take(memory, true),
                (array, memory) -> array.take(memory, false)));
    }

    private final int size;
    private final int elementBytes;
    /** The memory of the elements; null until the first use. */
    private MemorySegment payload;
    private boolean exposed;
    /** Whether the memory is somebody else's, to be read only. */
    private boolean lent;
    private List<TornadoNativeArray> sharers;

    TornadoNativeArray(int size, int elementBytes) {
        if (size < 0) {
            throw new IllegalArgumentException("size of an array is " + size + ", must be at least 0");
        }
        this.size = size;
        this.elementBytes = elementBytes;
    }

    /** An array over {@code memory}, as many elements as fill it. */
    TornadoNativeArray(MemorySegment memory, int elementBytes) {
        this.size = Math.toIntExact(memory.byteSize() / elementBytes);
        this.elementBytes = elementBytes;
        this.payload = memory;
    }

    private MemorySegment allocate() {
        return HostMemory.zeros(getNumBytesOfSegment());
    }

    /** Number of elements. */
    public int getSize() {
        return size;
    }

    /** Bytes of one element. */
    public int getElementSize() {
        return elementBytes;
    }

    /** The memory of the elements. An array whose memory was handed out is never shared. */
    public MemorySegment getSegment() {
        expose();
        return payload();
    }

    /** Bytes of the elements. */
    public long getNumBytesOfSegment() {
        return (long) size * elementBytes;
    }

    /** Sets every element to zero. */
    public void clear() {
        writable().fill((byte) 0);
    }

    final void expose() {
        leaveSharers();
        exposed = true;
    }

    final MemorySegment payload() {
        MemorySegment taken = payload;
        return taken != null ? taken : take();
    }

    private synchronized MemorySegment take() {
        if (payload == null) {
            payload = allocate();
        }
        return payload;
    }

    private boolean isUntouched() {
        return payload == null;
    }

    /** Equal for arrays over one memory: its address, or an array that has none yet. */
    private Object place() {
        return payload == null ? this : payload.address();
    }

    final MemorySegment writable() {
        if (sharers != null || lent) {
            leaveSharers();
        }
        return payload();
    }

    private TornadoNativeArray over(MemorySegment memory) {
        return switch (this) {
            case ByteArray _ -> new ByteArray(memory);
            case FloatArray _ -> new FloatArray(memory);
            case HalfFloatArray _ -> new HalfFloatArray(memory);
            case IntArray _ -> new IntArray(memory);
        };
    }

    private TornadoNativeArray sameShape() {
        return over(allocate());
    }

    private TornadoNativeArray share() {
        if (exposed) {
            return null;
        }
        TornadoNativeArray sharer = over(payload());
        synchronized (this) {
            List<TornadoNativeArray> all = sharers == null ? new ArrayList<>() : new ArrayList<>(sharers);
            all.add(sharer);
            sharers = all;
        }
        return sharer;
    }

    private synchronized void unshare(TornadoNativeArray sharer) {
        if (sharers != null) {
            sharers.removeIf(candidate -> candidate == sharer);
            if (sharers.isEmpty()) {
                sharers = null;
            }
        }
    }

    /** The sharers keep the memory, since a device may be reading it. */
    private synchronized void leaveSharers() {
        if (sharers != null || lent) {
            payload = allocate().copyFrom(payload);
            sharers = null;
            lent = false;
        }
    }

    private synchronized void take(MemorySegment memory, boolean toRead) {
        if (payload != null) {
            throw new IllegalStateException("an array of " + size + " elements has memory already");
        }
        if (memory.byteSize() != getNumBytesOfSegment()) {
            throw new IllegalArgumentException(
                    "an array of " + getNumBytesOfSegment() + " bytes is given " + memory.byteSize());
        }
        payload = memory;
        lent = toRead;
    }
}
