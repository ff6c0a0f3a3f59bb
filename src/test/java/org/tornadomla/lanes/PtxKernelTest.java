package org.tornadomla.lanes;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kernels of the stand-in for NVIDIA's driver: spaces of memory, branches, what work-items do together, graphs. */
class PtxKernelTest {

    private CudaOnHost device;

    @BeforeEach
    void open() {
        device = CudaOnHost.device();
    }

    private long[] run(String file, String kernel, int groups, int items, long[] in, int results) {
        long function = device.kernel(PtxSnippets.text(file), kernel);
        long out = device.buffer(new long[results]);
        long from = in == null ? 0 : device.buffer(in);
        int status = in == null
                ? device.launch(function, groups, items, out)
                : device.launch(function, groups, items, from, out);
        assertEquals(0, status, device::said);
        long[] result = device.read(out, results);
        device.free(out);
        if (in != null) {
            device.free(from);
        }
        return result;
    }

    @Test
    void theDeviceSaysThatItIsATestDevice() {
        assertTrue(device.name().contains("test device, no GPU"), device::name);
    }

    @Test
    void wordsTravelThroughAllSpaces() {
        long[] in = {0x1122334455667788L, -2, 0x0102030405060708L, 0x1234567890abcdefL};
        long[] out = run("memory", "spaces", 1, 1, in, 6);
        // Flags: in shared memory, not in local memory, the input in global memory.
        long[] expected = {in[0], in[1], in[2], in[3], (in[2] >>> 32) << 32 | 101, in[0]};
        assertArrayEquals(expected, out);
    }

    @Test
    void tablesAndNarrowLoads() {
        long[] out = run("memory", "tables", 1, 1, new long[]{0xbeef80f0L}, 4);
        assertArrayEquals(new long[]{30, Double.doubleToLongBits(0.5), -16, 0xbeef}, out);
    }

    @Test
    void indicesCountElements() {
        long[] out = run("memory", "ring", 1, 32, LongStream.range(100, 132).toArray(), 32);
        assertArrayEquals(IntStream.range(0, 32).mapToLong(i -> 100 + (i + 1) % 32).toArray(), out);
    }

    @Test
    void atomicsOfManyGroups() {
        int items = 64 * 48;
        long sum = items * (items - 1L) / 2;
        long[] out = run("together", "atomics", 64, 48, null, 10);
        long[] expected = {sum, items - 1, items, (1 - items) & 0xffffffffL, sum, Float.floatToIntBits(items * 0.5f),
            0xffffffffL, items % 7, sum, 77};
        assertArrayEquals(expected, out);
    }

    @Test
    void aWarpsWorkItemsTellEachOther() {
        long[] out = run("together", "warp", 1, 64, null, 64 * 8);
        for (int i = 0; i < 64; i++) {
            int lane = i % 32;
            int first = i - lane;
            long[] expected = {3L * (lane == 0 ? i : i - 1), lane == 0 ? 0 : 1, 3L * (lane > 29 ? i : i + 2),
                3L * (first + (lane ^ 16)), 3L * (first + lane / 8 * 8 + 5), 0xaaaaaaaaL, 1, i / 32 * 100 + lane};
            assertArrayEquals(expected, Arrays.copyOfRange(out, 8 * i, 8 * i + 8), "work-item " + i);
        }
    }

    @Test
    void branchesByListAndBlocksWithNamesOfTheirOwn() {
        long[] out = run("control", "ways", 1, 12, null, 12);
        assertArrayEquals(new long[]{3, 30, 300, 3000, 3, 30, 300, 3000, 3, 0, 300, 3000}, out);
    }

    @Test
    void placesInThreeDimensions() {
        long function = device.kernel(PtxSnippets.text("control"), "places");
        long out = device.buffer(new long[48]);
        try (Arena arena = Arena.ofConfined()) {
            var value = arena.allocateFrom(JAVA_LONG, out);
            var pointers = arena.allocateFrom(ADDRESS, value);
            assertEquals(0,
                    device.call("cuLaunchKernel", function, 1, 2, 1, 4, 3, 2, 0, 0L, pointers, MemorySegment.NULL));
        }
        long[] expected = IntStream.range(0, 48)
                .mapToLong(i -> 2L << 32 | (i % 4 + i / 4 % 3 * 10 + i / 12 % 2 * 100 + i / 24 * 1000)).toArray();
        assertArrayEquals(expected, device.read(out, 48));
        device.free(out);
    }

    @Test
    void aGraphRepeatsWhatWasAskedForWhileItWasCaptured() {
        long function = device.kernel(PtxSnippets.text("together"), "atomics");
        long out = device.buffer(new long[10]);
        long[] stream = new long[1];
        long[] graph = new long[1];
        long[] exec = new long[1];
        assertEquals(0, device.call("cuStreamCreate", stream, 0));
        assertEquals(0, device.call("cuStreamBeginCapture_v2", stream[0], 0));
        try (Arena arena = Arena.ofConfined()) {
            var value = arena.allocateFrom(JAVA_LONG, out);
            var pointers = arena.allocateFrom(ADDRESS, value);
            assertEquals(0, device.call("cuLaunchKernel", function, 2, 1, 1, 32, 1, 1, 0, stream[0], pointers,
                    MemorySegment.NULL));
        }
        assertEquals(0, device.call("cuStreamEndCapture", stream[0], graph));
        assertEquals(0, device.read(out, 3)[2], "nothing runs while it is captured");
        assertEquals(0, device.call("cuGraphInstantiateWithFlags", exec, graph[0], 0L));
        assertEquals(0, device.call("cuGraphLaunch", exec[0], stream[0]));
        assertEquals(0, device.call("cuGraphLaunch", exec[0], stream[0]));
        assertEquals(128, device.read(out, 3)[2], "two launches of 64 work-items");
        device.free(out);
    }
}
