package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;

/**
 * A native array seen as an array of short vectors.
 *
 * @param <T> kind of buffer that holds its elements
 */
public sealed interface TornadoCollectionInterface<T extends Buffer> permits VectorFloat16, VectorInt16 {

    /** The memory of the elements. */
    MemorySegment getSegment();
}
