package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/** A {@link IntArray} seen as vectors of 16 ints. Ints behind the last whole vector are out of reach. */
public final class VectorInt16 implements TornadoCollectionInterface<IntBuffer> {

    private static final int LANES = 16;

    private final IntArray storage;
    private final int length;

    /** A view of {@code array}: both have the same memory. */
    public VectorInt16(IntArray array) {
        this.storage = array;
        this.length = array.getSize() / LANES;
    }

    /** {@code length} vectors of zeros. */
    public VectorInt16(int length) {
        this(new IntArray(Math.multiplyExact(length, LANES)));
    }

    /** Vector {@code index}: ints from {@code index * 16} on. */
    public Int16 get(int index) {
        Int16 value = new Int16();
        for (int lane = 0; lane < LANES; lane++) {
            value.set(lane, storage.get(index * LANES + lane));
        }
        return value;
    }

    /** Sets vector {@code index}. */
    public void set(int index, Int16 value) {
        for (int lane = 0; lane < LANES; lane++) {
            storage.set(index * LANES + lane, value.get(lane));
        }
    }

    /** Number of ints; not of vectors. */
    public int size() {
        return storage.getSize();
    }

    /** Number of whole vectors. */
    public int getLength() {
        return length;
    }

    /** The array beneath. */
    public IntArray getArray() {
        return storage;
    }

    /** Sets every int to zero. */
    public void clear() {
        storage.clear();
    }

    @Override
    public MemorySegment getSegment() {
        return storage.getSegment();
    }
}
