package org.tornadomla.bundled.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Which parameters a kernel reads and writes, and which writes lie inside an {@code if}. */
class AccessAnalysisTest {

    private static final Access WRITE = new Access(false, true, false);
    private static final Access GUARDED = new Access(false, true, true);
    private static final Access BOTH = new Access(true, true, false);

    static void loop(FloatArray x, float factor, FloatArray y) {
        for (@Parallel
        int i = 0; i < y.getSize(); i++) {
            y.set(i, factor > 0 ? x.get(i) * factor : 0f);
        }
    }

    static void guarded(KernelContext context, FloatArray x, long wide, FloatArray y) {
        int i = context.globalIdx;
        if (i < wide) {
            y.set(i, x.get(i));
        } else {
            x.get(0);
        }
    }

    static void otherwise(IntArray which, FloatArray y, FloatArray z) {
        if (which.get(0) == 0) {
            y.set(0, 1f);
        } else {
            z.set(0, 1f);
        }
        z.set(1, 2f);
    }

    static void switched(IntArray which, FloatArray y) {
        switch (which.get(0)) {
            case 0 -> y.set(0, 1f);
            case 1 -> y.set(1, 1f);
            default -> {
            }
        }
    }

    static void helped(FloatArray x, FloatArray y, FloatArray z) {
        for (int i = 0; i < 3; i++) {
            put(z, i, take(x, i));
            if (i > 1) {
                put(y, i, 0f);
            }
        }
    }

    private static void put(FloatArray target, int index, float value) {
        target.set(index, value);
    }

    private static float take(FloatArray source, int index) {
        return index == 0 ? source.get(0) : take(source, index - 1);
    }

    static void accumulated(FloatArray x) {
        x.set(0, x.get(0) + 1f);
    }

    static void renamed(FloatArray x, FloatArray y) {
        FloatArray other = x;
        y.set(0, other.get(0));
    }

    private static List<Access> of(String name) {
        return AccessAnalysis.of(Arrays.stream(AccessAnalysisTest.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name)).findFirst().orElseThrow());
    }

    @Test
    void storesInLoopsAreUnconditional() {
        assertEquals(List.of(Access.READ, Access.NONE, WRITE), of("loop"));
        assertEquals(true, of("loop").get(2).isWriteOnly());
    }

    @Test
    void storesInBranchesAreConditional() {
        assertEquals(List.of(Access.NONE, Access.READ, Access.NONE, GUARDED), of("guarded"));
        assertEquals(List.of(Access.READ, GUARDED, WRITE), of("otherwise"));
        assertEquals(List.of(Access.READ, GUARDED), of("switched"));
    }

    @Test
    void helpersAreFollowed() {
        assertEquals(GUARDED, of("helped").get(1));
        assertEquals(WRITE, of("helped").get(2));
    }

    @Test
    void readsAndWritesAddUp() {
        assertEquals(List.of(BOTH), of("accumulated"));
    }

    @Test
    void whatCannotBeFollowedCountsAsBoth() {
        assertEquals(Access.ANY, of("renamed").get(0));
        assertEquals(Access.ANY, of("helped").get(0));
    }
}
