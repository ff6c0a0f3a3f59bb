package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** The OpenCL functions that find platforms and devices. */
final class Discovery {

    private static final long DEVICE_TYPE_ALL = 0xFFFFFFFFL;
    private static final MethodHandle GET_PLATFORM_IDS = Library.function("clGetPlatformIDs", JAVA_INT, ADDRESS,
            ADDRESS);
    private static final MethodHandle GET_PLATFORM_INFO = Library.function("clGetPlatformInfo", ADDRESS, JAVA_INT,
            JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle GET_DEVICE_IDS = Library.function("clGetDeviceIDs", ADDRESS, JAVA_LONG, JAVA_INT,
            ADDRESS, ADDRESS);
    private static final MethodHandle GET_DEVICE_INFO = Library.function("clGetDeviceInfo", ADDRESS, JAVA_INT,
            JAVA_LONG, ADDRESS, ADDRESS);

    private Discovery() {
    }

    /** The platforms; none when no driver is registered. */
    static List<MemorySegment> platforms() {
        return all("clGetPlatformIDs", (most, ids, count) -> (int) GET_PLATFORM_IDS.invokeExact(most, ids, count));
    }

    /** The devices of a platform, of all types. */
    static List<MemorySegment> devices(MemorySegment platform) {
        return all("clGetDeviceIDs",
                (most, ids, count) -> (int) GET_DEVICE_IDS.invokeExact(platform, DEVICE_TYPE_ALL, most, ids, count));
    }

    /** A function that counts objects, or names as many of them as it is asked for. */
    @FunctionalInterface
    interface Listing {
        int ask(int most, MemorySegment ids, MemorySegment count) throws Throwable;
    }

    /** All objects that a function names; to fail at counting them is its way to say that there is none. */
    static List<MemorySegment> all(String function, Listing listing) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            if (Library.code(() -> listing.ask(0, MemorySegment.NULL, count)) != 0 || count.get(JAVA_INT, 0) == 0) {
                return List.of();
            }
            int found = count.get(JAVA_INT, 0);
            MemorySegment ids = arena.allocate(ADDRESS, found);
            Library.call(function, () -> listing.ask(found, ids, MemorySegment.NULL));
            return addresses(ids, found);
        }
    }

    private static List<MemorySegment> addresses(MemorySegment ids, int count) {
        List<MemorySegment> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(ids.getAtIndex(ADDRESS, i));
        }
        return result;
    }

    static byte[] platformInfo(MemorySegment platform, int what) {
        return Library.info("clGetPlatformInfo",
                (size, value, needed) -> (int) GET_PLATFORM_INFO.invokeExact(platform, what, size, value, needed));
    }

    static byte[] deviceInfo(MemorySegment device, int what) {
        return Library.info("clGetDeviceInfo",
                (size, value, needed) -> (int) GET_DEVICE_INFO.invokeExact(device, what, size, value, needed));
    }
}
