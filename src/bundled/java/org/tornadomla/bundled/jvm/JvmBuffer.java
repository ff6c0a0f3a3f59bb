package org.tornadomla.bundled.jvm;

import java.lang.foreign.MemorySegment;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** A device copy: an array of the host array's class, over memory of its own or, while nobody can tell, the host's. */
final class JvmBuffer implements DeviceBuffer {

    /** All bits set is not a number in every float format. */
    private static final byte NOT_A_NUMBER = (byte) 0xFF;

    /** Large as an index and as a value, so that whoever uses it fails visibly. */
    private static final byte ABSURD_INTEGER = 0x7F;

    private final Object array;
    private final Object sharedHost;

    private JvmBuffer(Object array, Object sharedHost) {
        this.array = array;
        this.sharedHost = sharedHost;
    }

    /** A buffer of its own, poisoned. */
    static JvmBuffer allocate(Object hostArray) {
        try {
            Object array = ArrayMemory.sameShape(hostArray);
            boolean floats = switch (ArrayMemory.storage(hostArray)) {
                case FloatArray _,HalfFloatArray _ -> true;
                default -> false;
            };
            ArrayMemory.writable(array).fill(floats ? NOT_A_NUMBER : ABSURD_INTEGER);
            return new JvmBuffer(array, null);
        } catch (OutOfMemoryError full) {
            throw new TornadoOutOfMemoryException(
                    "no memory for a buffer of " + ArrayMemory.storage(hostArray).getNumBytesOfSegment() + " bytes: "
                            + full.getMessage() + "; start Java with a larger -XX:MaxDirectMemorySize");
        }
    }

    /** A buffer over the host's memory; one of its own when that memory was handed out. */
    static JvmBuffer share(Object hostArray) {
        Object shared = ArrayMemory.share(hostArray);
        return shared == null ? allocate(hostArray) : new JvmBuffer(shared, hostArray);
    }

    /** The array that kernels work on. */
    Object array() {
        return array;
    }

    /** Copies all of {@code hostArray} here; returns whether that was needed. */
    boolean upload(Object hostArray) {
        if (ArrayMemory.isUntouched(hostArray)) {
            ArrayMemory.writable(array).fill((byte) 0);
            return true;
        }
        MemorySegment source = ArrayMemory.readable(hostArray);
        boolean needed = source.address() != ArrayMemory.readable(array).address();
        if (needed) {
            MemorySegment.copy(source, 0, ArrayMemory.writable(array), 0, source.byteSize());
        }
        return needed;
    }

    /** Copies a range of bytes to {@code hostArray}. */
    void download(Object hostArray, long offset, long bytes) {
        MemorySegment source = ArrayMemory.readable(array);
        if (source.address() != ArrayMemory.readable(hostArray).address()) {
            MemorySegment.copy(source, offset, ArrayMemory.writable(hostArray), offset, bytes);
        }
    }

    @Override
    public long bytes() {
        return ArrayMemory.storage(array).getNumBytesOfSegment();
    }

    @Override
    @SuppressWarnings("ArgumentSelectionDefectChecker") // The host array owns what this one shares.
    public void free() {
        if (sharedHost != null) {
            ArrayMemory.unshare(sharedHost, array);
        }
    }
}
