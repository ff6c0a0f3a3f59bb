package org.tornadomla.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** A benchmark whose kernel is broken reports no time. */
class WrongAnswerTest {

    private static final Point POINT = new Point("matmul", "64x64", 3, 1);
    private static final Result.Run RUN = new Result.Run("commit", "date", "machine");
    private static final Roofline ROOFLINE = new Roofline(1e9, 1e9);

    private final Target target = Targets.choose("jvm", null);
    private final MatMulData data = MatMulData.of(3, 64, 64);
    private final List<Result> results = new ArrayList<>();
    private final Measurement measurement = new Measurement(target, ROOFLINE, 1, 0.01, RUN, results::add);

    /** The product without its last column of x: an off-by-one that leaves every number plausible. */
    static void lastColumnForgotten(FloatArray x, VectorFloat16 w, VectorFloat16 bias, IntArray step, int activeAt,
            int rowsAt, int tokensAt, int first, int matrices, int columns, int k, int xStride, int yStride,
            int hasBias, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int block = 0; block < columns / 32; block++) {
            for (int row = 0; row < step.get(rowsAt); row++) {
                for (int half = 0; half < 2; half++) {
                    Float16 sum = new Float16();
                    for (int i = 0; i < k - 1; i++) {
                        Float16 factor = new Float16();
                        float value = x.get(row * xStride + i);
                        for (int lane = 0; lane < 16; lane++) {
                            factor.set(lane, value);
                        }
                        sum = Float16.add(sum, Float16.mult(w.get((block * k + i) * 2 + half), factor));
                    }
                    y.set(row * yStride + block * 2 + half, sum);
                }
            }
        }
    }

    @Test
    void libraryKernelIsReported() {
        try (Workload workload = new MatMulWorkload(data, target)) {
            measurement.compare(POINT, workload, Map.of());
        }
        assertEquals(1, results.size());
        assertTrue(results.getFirst().valid());
        assertTrue(results.getFirst().seconds() > 0);
        assertTrue(results.getFirst().error() <= Workload.ALLOWED_ERROR);
    }

    @Test
    void brokenKernelIsNotReported() {
        try (Workload workload = new MatMulWorkload(data, target, WrongAnswerTest::lastColumnForgotten)) {
            measurement.compare(POINT, workload, Map.of());
            WrongAnswerException refusal = assertThrows(WrongAnswerException.class,
                    () -> workload.check("the product"));
            assertTrue(refusal.getMessage().startsWith("the product is not reported"), refusal.getMessage());
        }
        assertEquals(1, results.size());
        assertFalse(results.getFirst().valid());
        assertEquals(0, results.getFirst().seconds());
    }

    @Test
    void wrongPeerIsNotComparedWith() {
        try (Workload workload = new MatMulWorkload(data, target)) {
            measurement.compare(POINT, workload, Map.of(Suite.PEER, new Wrong()));
        }
        assertEquals(2, results.size());
        Result ours = results.stream().filter(r -> !r.peer()).findFirst().orElseThrow();
        Result peer = results.stream().filter(Result::peer).findFirst().orElseThrow();
        assertTrue(ours.valid());
        assertTrue(ours.ratios().isEmpty());
        assertFalse(peer.valid());
    }

    @Test
    void notANumberIsWrong() {
        assertThrows(WrongAnswerException.class, () -> new Wrong().check("nothing"));
    }

    /** A workload whose answer is no number. */
    private static final class Wrong implements Workload {

        @Override
        public Cost cost() {
            return new Cost(1, 1);
        }

        @Override
        public void run() {
            throw new AssertionError("a wrong workload was timed");
        }

        @Override
        public double error() {
            return Double.NaN;
        }

        @Override
        public void close() {
        }
    }
}
