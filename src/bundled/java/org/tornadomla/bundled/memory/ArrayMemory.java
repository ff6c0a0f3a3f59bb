package org.tornadomla.bundled.memory;

import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.TornadoCollectionInterface;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * What the engines may do with the memory of a native array or vector collection beyond the public API: reach it
 * without marking it as handed out, make arrays of the same shape, and share one memory between a host array and its
 * device copies.
 */
public final class ArrayMemory {

    private static volatile Hooks hooks;

    private ArrayMemory() {
    }

    /**
     * The array classes' own side of this class.
     *
     * @param readable  memory of the elements, for reading
     * @param writable  memory of the elements, for writing: it is not that of sharers any more
     * @param sameShape a new array of the same class and size
     * @param share     a new array over the same memory, or null when the memory was handed out to anyone
     * @param unshare   forgets a sharer (second) of an array (first)
     * @param untouched whether nobody ever read, wrote or got hold of the elements, so that all are zero
     * @param place     an object that is equal for arrays over one memory
     * @param lend      gives an untouched array (first) memory that it must not write
     * @param give      gives an untouched array (first) memory in place of what it would take
     */
    public record Hooks(Function<TornadoNativeArray, MemorySegment> readable,
            Function<TornadoNativeArray, MemorySegment> writable, UnaryOperator<TornadoNativeArray> sameShape,
            UnaryOperator<TornadoNativeArray> share, BiConsumer<TornadoNativeArray, TornadoNativeArray> unshare,
            Predicate<TornadoNativeArray> untouched, Function<TornadoNativeArray, Object> place,
            BiConsumer<TornadoNativeArray, MemorySegment> lend, BiConsumer<TornadoNativeArray, MemorySegment> give) {
    }

    /** Called once by the array classes. */
    public static void connect(Hooks arrayHooks) {
        hooks = arrayHooks;
    }

    /** Whether {@code object} is a native array or a vector collection, and so has a buffer on a device. */
    public static boolean isArray(Object object) {
        return object instanceof TornadoNativeArray || object instanceof TornadoCollectionInterface<?>;
    }

    /** The native array that holds the elements of {@code array}: itself, or the storage of a vector collection. */
    public static TornadoNativeArray storage(Object array) {
        return switch (array) {
            case TornadoNativeArray nativeArray -> nativeArray;
            case VectorFloat16 vector -> vector.getArray();
            case VectorInt16 vector -> vector.getArray();
            default -> throw new IllegalArgumentException(array.getClass().getName() + " is not an array of the API");
        };
    }

    /** The elements of {@code array} for reading. */
    public static MemorySegment readable(Object array) {
        return hooks.readable().apply(storage(array)).asReadOnly();
    }

    /**
     * The elements of {@code array} for writing; where device copies share them, the array takes other memory first.
     */
    public static MemorySegment writable(Object array) {
        return hooks.writable().apply(storage(array));
    }

    /** A new array of the class and size of {@code array}. */
    public static Object sameShape(Object array) {
        return as(array, hooks.sameShape().apply(storage(array)));
    }

    /** A new array over the memory of {@code array}, or null when that was handed out and so may change unseen. */
    public static Object share(Object array) {
        TornadoNativeArray shared = hooks.share().apply(storage(array));
        return shared == null ? null : as(array, shared);
    }

    /** Ends the sharing of {@code sharer} with {@code array}. */
    public static void unshare(Object array, Object sharer) {
        hooks.unshare().accept(storage(array), storage(sharer));
    }

    /** Whether all elements of {@code array} are zero because nobody ever used it; it has no memory then. */
    public static boolean isUntouched(Object array) {
        return hooks.untouched().test(storage(array));
    }

    /**
     * Gives an array that nobody used its content, such as a part of a mapped file. Before it is written the array
     * takes memory of its own.
     *
     * @param memory as many bytes as the array has; stays as it is
     * @throws IllegalStateException    when the array was used
     * @throws IllegalArgumentException when the sizes differ
     */
    public static void lend(Object array, MemorySegment memory) {
        hooks.lend().accept(storage(array), memory);
    }

    /**
     * Gives an array that nobody used memory in place of what it would take at its first use, such as a part of a file
     * that is mapped to be written.
     *
     * @param memory as many bytes as the array has, zeros, and nobody else's
     * @throws IllegalStateException    when the array was used
     * @throws IllegalArgumentException when the sizes differ
     */
    public static void give(Object array, MemorySegment memory) {
        hooks.give().accept(storage(array), memory);
    }

    /** An object that is equal for arrays over one memory. */
    public static Object place(Object array) {
        return hooks.place().apply(storage(array));
    }

    private static Object as(Object array, TornadoNativeArray storage) {
        return switch (array) {
            case VectorFloat16 _ -> new VectorFloat16((FloatArray) storage);
            case VectorInt16 _ -> new VectorInt16((IntArray) storage);
            default -> storage;
        };
    }
}
