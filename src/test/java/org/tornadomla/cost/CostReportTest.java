package org.tornadomla.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.tornadomla.weights.NumberFormats;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What the kernels for many cores ask of a GPU: neighbouring work-items load neighbouring words. */
class CostReportTest {

    @Test
    void loadsTouchFewMoreSectorsThanTheyMust() {
        List<CostReport.Line> lines = CostReport.of(NumberFormats.F32);
        assertTrue(lines.size() >= 15, lines.size() + " steps");
        Set<String> wasteful = new TreeSet<>();
        for (CostReport.Line line : lines) {
            assertEquals(List.of(), line.cost().races(), line.kernel());
            if (line.cost().loads().efficiency() < Prediction.LOADING) {
                wasteful.add(line.step() + " " + line.kernel() + " " + line.cost().bySite());
            }
        }
        assertEquals(Set.of(), wasteful);
    }

    /** A copy of neighbours moves as little as it must; 64 floats are eight sectors. */
    @Test
    void countsTheSectorsOfAPlainCopy() {
        FloatArray table = new FloatArray(64);
        IntArray step = new IntArray(32);
        step.set(0, 1);
        KernelCost cost = LockstepRun.create().run("GroupEmbedding.rows", 1, 32, 1,
                List.of(table, step, 16, 64, 64, new FloatArray(64)));
        assertEquals(new Traffic(8, 8), cost.stores());
        assertEquals(8 * 32, cost.storedBytes());
        assertEquals(0, cost.barriers());
        assertEquals(0, cost.operations());
    }
}
