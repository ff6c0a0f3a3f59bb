package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A part of an array, in elements, that is to be copied from a device; the whole array when nothing else is said. */
public class DataRange {

    private final TornadoNativeArray array;
    private long offset;
    private long partialSize;

    /** All of {@code array}. */
    public DataRange(TornadoNativeArray array) {
        this.array = array;
    }

    /** Starts at element {@code elementOffset}. */
    public DataRange withOffset(long elementOffset) {
        this.offset = elementOffset;
        return this;
    }

    /** Covers {@code elements} elements. */
    public DataRange withSize(long elements) {
        this.partialSize = elements;
        return this;
    }

    /** The first element. */
    public long getOffset() {
        return offset;
    }

    /** Number of elements; 0 until it is set or {@linkplain #materialize() materialized}. */
    public long getPartialSize() {
        return partialSize;
    }

    /** Sets a size that was left out to the rest of the array. */
    public void materialize() {
        if (partialSize == 0) {
            partialSize = array.getSize() - offset;
        }
    }

    /** The array. */
    public TornadoNativeArray getArray() {
        return array;
    }
}
