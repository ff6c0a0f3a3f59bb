package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A vector of floats of any length, on a {@link FloatArray}. */
public final class VectorFloat implements TornadoCollectionInterface<FloatBuffer> {

    private final FloatArray storage;

    /** A view of {@code array}: both have the same memory. */
    public VectorFloat(FloatArray array) {
        this.storage = array;
    }

    /** {@code length} zeros. */
    public VectorFloat(int length) {
        this(new FloatArray(length));
    }

    /** Float {@code index}. */
    public float get(int index) {
        return storage.get(index);
    }

    /** Sets float {@code index}. */
    public void set(int index, float value) {
        storage.set(index, value);
    }

    /** Sets every float. */
    public void fill(float value) {
        storage.init(value);
    }

    /** Number of floats. */
    public int size() {
        return storage.getSize();
    }

    /** Number of floats. */
    public int getLength() {
        return storage.getSize();
    }

    /** The array beneath. */
    public FloatArray getArray() {
        return storage;
    }

    /** Sets every float to zero. */
    public void clear() {
        storage.clear();
    }

    @Override
    public long getNumBytes() {
        return storage.getNumBytesOfSegment();
    }

    @Override
    public long getNumBytesWithHeader() {
        return storage.getNumBytesOfSegmentWithHeader();
    }

    @Override
    public MemorySegment getSegment() {
        return storage.getSegment();
    }

    @Override
    public MemorySegment getSegmentWithHeader() {
        return storage.getSegmentWithHeader();
    }
}
