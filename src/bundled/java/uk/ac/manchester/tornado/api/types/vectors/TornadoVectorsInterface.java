package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.Buffer;

/**
 * A short vector of primitives.
 *
 * @param <T> kind of buffer that holds its lanes
 */
public sealed interface TornadoVectorsInterface<T extends Buffer> permits Float16, Int16 {
}
