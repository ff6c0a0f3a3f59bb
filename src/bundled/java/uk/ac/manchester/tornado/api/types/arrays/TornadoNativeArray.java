package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.tornadomla.bundled.memory.ArrayMemory;

/**
 * An array of primitives outside the Java heap, freed with the object: a header of {@link #ARRAY_HEADER} bytes whose
 * first four hold the number of elements, then the elements in the machine's byte order.
 *
 * <p>Memory is taken at the first use: arrays that only a device computes with, as scratch, cost the host nothing.
 * Every access checks its index. Device copies may share the memory of a host array that no kernel writes; the first
 * write to the host array gives such copies memory of their own, so that nobody can tell (see {@link ArrayMemory}).
 */
public abstract sealed class TornadoNativeArray
        permits ByteArray, DoubleArray, FloatArray, HalfFloatArray, Int8Array, IntArray, LongArray, ShortArray {

    /** Bytes before the first element. */
    public static final long ARRAY_HEADER = MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG).byteSize();

    /** Elements start on a cache line: vector loads that cross a line cost double. */
    private static final long LINE_BYTES = 64;

    static {
        ArrayMemory.connect(new ArrayMemory.Hooks(TornadoNativeArray::payload, TornadoNativeArray::writable,
                TornadoNativeArray::sameShape, TornadoNativeArray::share, TornadoNativeArray::unshare,
                TornadoNativeArray::isUntouched, TornadoNativeArray::place));
    }

    private final int size;
    private final int elementBytes;
    /** Null until the first use, as is the payload. */
    private MemorySegment segment;
    private MemorySegment payload;
    private boolean exposed;
    private List<TornadoNativeArray> sharers;

    TornadoNativeArray(int size, int elementBytes) {
        if (size < 0) {
            throw new IllegalArgumentException("size of an array is " + size + ", must be at least 0");
        }
        this.size = size;
        this.elementBytes = elementBytes;
    }

    TornadoNativeArray(MemorySegment segmentWithHeader, int elementBytes) {
        this.size = elements(segmentWithHeader, elementBytes) - (int) (ARRAY_HEADER / elementBytes);
        this.elementBytes = elementBytes;
        if (size < 0) {
            throw new IllegalArgumentException("segment of " + segmentWithHeader.byteSize() + " bytes is smaller than"
                    + " the header of " + ARRAY_HEADER + " bytes");
        }
        adopt(segmentWithHeader);
    }

    private static MemorySegment allocate(int size, int elementBytes) {
        long padding = LINE_BYTES - ARRAY_HEADER;
        long bytes = ARRAY_HEADER + (long) size * elementBytes;
        MemorySegment fresh = Arena.ofAuto().allocate(padding + bytes, LINE_BYTES).asSlice(padding);
        fresh.set(ValueLayout.JAVA_INT, 0, size);
        return fresh;
    }

    private void adopt(MemorySegment segmentWithHeader) {
        segment = segmentWithHeader;
        payload = segmentWithHeader.asSlice(ARRAY_HEADER, (long) size * elementBytes);
    }

    /** Number of elements. */
    public int getSize() {
        return size;
    }

    /** Bytes of one element. */
    public int getElementSize() {
        return elementBytes;
    }

    /** The memory of the elements, without the header. An array whose memory was handed out is never shared. */
    public MemorySegment getSegment() {
        expose();
        return payload();
    }

    /** The memory of header and elements. An array whose memory was handed out is never shared. */
    public MemorySegment getSegmentWithHeader() {
        expose();
        return segment();
    }

    /** Bytes of header and elements. */
    public long getNumBytesOfSegmentWithHeader() {
        return ARRAY_HEADER + getNumBytesOfSegment();
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
        detachSharers();
        exposed = true;
    }

    final MemorySegment payload() {
        MemorySegment taken = payload;
        return taken != null ? taken : take();
    }

    private MemorySegment segment() {
        payload();
        return segment;
    }

    private synchronized MemorySegment take() {
        if (payload == null) {
            adopt(allocate(size, elementBytes));
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
        if (sharers != null) {
            detachSharers();
        }
        return payload();
    }

    private TornadoNativeArray over(MemorySegment segmentWithHeader) {
        return switch (this) {
            case ByteArray _ -> new ByteArray(segmentWithHeader);
            case DoubleArray _ -> new DoubleArray(segmentWithHeader);
            case FloatArray _ -> new FloatArray(segmentWithHeader);
            case HalfFloatArray _ -> new HalfFloatArray(segmentWithHeader);
            case Int8Array _ -> new Int8Array(segmentWithHeader);
            case IntArray _ -> new IntArray(segmentWithHeader);
            case LongArray _ -> new LongArray(segmentWithHeader);
            case ShortArray _ -> new ShortArray(segmentWithHeader);
        };
    }

    private TornadoNativeArray sameShape() {
        return over(allocate(size, elementBytes));
    }

    private TornadoNativeArray share() {
        if (exposed) {
            return null;
        }
        TornadoNativeArray sharer = over(segment());
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

    private synchronized void detachSharers() {
        if (sharers != null) {
            for (TornadoNativeArray sharer : sharers) {
                MemorySegment own = allocate(size, elementBytes);
                own.copyFrom(segment);
                sharer.adopt(own);
            }
            sharers = null;
        }
    }

    final void copyRange(int offset, TornadoNativeArray target) {
        MemorySegment.copy(payload(), (long) offset * elementBytes, target.payload(), 0, target.getNumBytesOfSegment());
    }

    final void copyAll(TornadoNativeArray... arrays) {
        long position = 0;
        for (TornadoNativeArray array : arrays) {
            MemorySegment.copy(array.payload(), 0, payload(), position, array.getNumBytesOfSegment());
            position += array.getNumBytesOfSegment();
        }
    }

    static int totalSize(TornadoNativeArray... arrays) {
        int total = 0;
        for (TornadoNativeArray array : arrays) {
            total = Math.addExact(total, array.getSize());
        }
        return total;
    }

    static int elements(MemorySegment memory, int elementBytes) {
        return Math.toIntExact(memory.byteSize() / elementBytes);
    }
}
