package org.tornadomla.bundled.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** What engines do with the memory of arrays and of collections of vectors. */
class ArrayMemoryTest {

    @Test
    void vectorsOfIntsShareTheirMemoryUntilTheyAreWritten() {
        VectorInt16 host = new VectorInt16(8);
        host.getArray().init(5);
        VectorInt16 sharer = (VectorInt16) ArrayMemory.share(host);
        assertEquals(ArrayMemory.place(host), ArrayMemory.place(sharer));
        ArrayMemory.writable(host).set(JAVA_INT, 0, 6);
        assertNotEquals(ArrayMemory.place(host), ArrayMemory.place(sharer));
        assertEquals(5, ArrayMemory.readable(sharer).get(JAVA_INT, 0));
        assertEquals(6, ArrayMemory.readable(host).get(JAVA_INT, 0));
    }

    @Test
    void aCopyOfTheShapeHasTheClassAndTheSize() {
        VectorInt16 ints = (VectorInt16) ArrayMemory.sameShape(new VectorInt16(3));
        VectorFloat16 floats = (VectorFloat16) ArrayMemory.sameShape(new VectorFloat16(4));
        FloatArray array = (FloatArray) ArrayMemory.sameShape(new FloatArray(5));
        assertEquals(3 * 16, ints.getArray().getSize());
        assertEquals(4 * 16, floats.getArray().getSize());
        assertEquals(5, array.getSize());
    }

    @Test
    void memoryThatIsGivenIsTheArrays() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment given = arena.allocate(JAVA_INT, 4);
            IntArray array = new IntArray(4);
            ArrayMemory.give(array, given);
            array.set(2, 9);
            assertEquals(9, given.getAtIndex(JAVA_INT, 2));
            assertThrows(IllegalStateException.class, () -> ArrayMemory.give(array, given));
            assertThrows(IllegalArgumentException.class, () -> ArrayMemory.give(new IntArray(5), given));
        }
    }

    @Test
    void onlyArraysHaveAStorage() {
        IntArray array = new IntArray(2);
        assertSame(array, ArrayMemory.storage(array));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> ArrayMemory.storage("text"));
        assertEquals("java.lang.String is not an array of the API", refused.getMessage());
    }
}
