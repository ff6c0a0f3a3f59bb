package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers.Role;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** Which arrays a plan has, and how many bytes those of a role take. */
class BuffersTest {

    private final Buffers buffers = new Buffers();

    @Test
    void arraysOfARoleAreInTheOrderOfTheirRegistration() {
        FloatArray b = buffers.add("b", Role.WEIGHT, new FloatArray(1));
        IntArray x = buffers.add("x", Role.INPUT, new IntArray(1));
        FloatArray a = buffers.add("a", Role.WEIGHT, new FloatArray(1));
        assertEquals(List.of(b, a), buffers.withRole(Role.WEIGHT));
        assertEquals(List.of(x), buffers.withRole(Role.INPUT));
        assertEquals(List.of(), buffers.withRole(Role.STATE));
        assertEquals(List.of(b, x), buffers.inOrder(List.of(x, b)));
    }

    @Test
    void bytesAreThoseOfAllNumbersAndVectors() {
        buffers.add("floats", Role.WEIGHT, new FloatArray(100));
        buffers.add("vectors", Role.WEIGHT, new VectorFloat16(2));
        buffers.add("ints", Role.WEIGHT, new VectorInt16(3));
        buffers.add("elsewhere", Role.STATE, new IntArray(7));
        assertEquals(4 * (100 + 2 * 16 + 3 * 16), buffers.bytes(Role.WEIGHT));
        assertEquals(4 * 7, buffers.bytes(Role.STATE));
        assertEquals(0, buffers.bytes(Role.OUTPUT));
        buffers.add("a text", Role.OUTPUT, "none");
        assertEquals("buffer a text is of no known type",
                assertThrows(ConfigurationException.class, () -> buffers.bytes(Role.OUTPUT)).getMessage());
    }

    @Test
    void scratchIsMadeOnceForEachName() {
        FloatArray made = buffers.scratch("s", () -> new FloatArray(1));
        assertSame(made, buffers.<FloatArray>scratch("s", () -> new FloatArray(2)));
        assertEquals(List.of(made), buffers.withRole(Role.SCRATCH));
        FloatArray second = buffers.scratch("t", () -> new FloatArray(3));
        assertEquals(List.of(made, second), buffers.withRole(Role.SCRATCH));
    }
}
