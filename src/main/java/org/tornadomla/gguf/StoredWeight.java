package org.tornadomla.gguf;

import java.util.List;
import org.tornadomla.tensor.Matrix;

/** A weight under its checkpoint name: a tensor, a slice of one, or put together from two. */
interface StoredWeight {

    /** The checkpoint's shape, [outputs, inputs] or [width]. */
    List<Long> shape();

    /** Number formats of the tensors, separated by commas where they differ. */
    String storedAs();

    /** Bytes in the file. */
    long bytes();

    /** The weight row by row; a vector is one row here. */
    Matrix matrix();
}
