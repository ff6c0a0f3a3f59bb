package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** A {@link FloatArray} seen as vectors of 16 floats. Floats behind the last whole vector are out of reach. */
public final class VectorFloat16 implements TornadoCollectionInterface<FloatBuffer> {

    private static final int LANES = 16;

    private final FloatArray storage;
    private final int length;

    /** A view of {@code array}: both have the same memory. */
    public VectorFloat16(FloatArray array) {
        this.storage = array;
        this.length = array.getSize() / LANES;
    }

    /** {@code length} vectors of zeros. */
    public VectorFloat16(int length) {
        this(new FloatArray(Math.multiplyExact(length, LANES)));
    }

    /** Vector {@code index}: floats from {@code index * 16} on. */
    public Float16 get(int index) {
        Float16 value = new Float16();
        for (int lane = 0; lane < LANES; lane++) {
            value.set(lane, storage.get(index * LANES + lane));
        }
        return value;
    }

    /** Sets vector {@code index}. */
    public void set(int index, Float16 value) {
        for (int lane = 0; lane < LANES; lane++) {
            storage.set(index * LANES + lane, value.get(lane));
        }
    }

    /** Sets every float. */
    public void fill(float value) {
        storage.init(value);
    }

    /** Number of floats; not of vectors. */
    public int size() {
        return storage.getSize();
    }

    /** Number of whole vectors. */
    public int getLength() {
        return length;
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
    public MemorySegment getSegment() {
        return storage.getSegment();
    }
}
