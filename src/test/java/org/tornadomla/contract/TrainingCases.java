package org.tornadomla.contract;

import java.util.List;
import java.util.stream.Stream;
import org.tornadomla.contract.GroupBarrierTest.Call;
import org.tornadomla.contract.GroupBarrierTest.Case;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.training.AttentionLayout;
import org.tornadomla.kernels.training.GroupGradientProduct;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The kernels of training that have barriers, on two or three pieces of work each, for {@link GroupBarrierTest}. */
final class TrainingCases {

    private static final int ROWS = 3;
    private static final int WIDTH = 40;
    private static final int STRIDE = 48;

    private TrainingCases() {
    }

    private static FloatArray floats(int seed, int count) {
        return FloatArray.fromArray(KernelRun.random(seed, count));
    }

    private static FloatArray room(int count) {
        return new FloatArray(count);
    }

    private static IntArray ints(int... numbers) {
        return IntArray.fromArray(numbers);
    }

    static List<Case> all() {
        return Stream.of(rows(), products(), mixture(), attention()).flatMap(List::stream).toList();
    }

    private static List<Case> rows() {
        FloatArray x = floats(1, ROWS * STRIDE);
        FloatArray dy = floats(2, ROWS * STRIDE);
        FloatArray weight = floats(3, STRIDE);
        IntArray sizes = ints(ROWS, 4);
        FloatArray y = room(ROWS * STRIDE);
        FloatArray kept = floats(4, 2 * ROWS);
        return List.of(
                new Case(List.of(
                        Call.of("training.GroupRmsNorm.forward", x, weight, sizes, 0, WIDTH, STRIDE, 1e-6f, 1f,
                                room(ROWS), y),
                        Call.of("training.GroupRmsNorm.input", x, weight, kept, dy, sizes, 0, WIDTH, STRIDE, 1f, 0, y),
                        Call.of("training.GroupRmsNorm.weight", x, kept, dy, sizes, 0, STRIDE, STRIDE, 1f, 0,
                                room(STRIDE)))),
                new Case(List.of(
                        Call.of("training.GroupLayerNorm.forward", x, weight, floats(5, STRIDE), sizes, 0, WIDTH,
                                STRIDE, 1e-6f, room(2 * ROWS), y),
                        Call.of("training.GroupLayerNorm.input", x, weight, kept, dy, sizes, 0, WIDTH, STRIDE, 0, y),
                        Call.of("training.GroupLayerNorm.weight", x, kept, dy, sizes, 0, STRIDE, STRIDE, 0,
                                room(STRIDE)))),
                Case.of("training.GroupColumnSums.sums", x, sizes, 0, STRIDE, STRIDE, 0, room(STRIDE)),
                Case.of("training.GroupCrossEntropy.rows", x, ints(1, -1, 5), weight, sizes, 0, WIDTH, STRIDE,
                        room(ROWS), y),
                Case.of("training.GroupTable.entries", ints(2, 0, 2), dy, sizes, 0, 1, STRIDE, 1f, 0, room(4 * STRIDE)),
                new Case(List.of(Call.of("training.GroupSquares.rows", x, sizes, 0, STRIDE, 0, room(ROWS)),
                        Call.of("training.GroupSquares.factor", x, floats(6, 2), ints(WIDTH), 0, room(2)))));
    }

    /** Rows of the first and of the third of three experts. */
    private static IntArray groups() {
        IntArray groups = new IntArray(ExpertGrouping.RECORDS + 3 * ExpertGrouping.RECORD);
        groups.set(ExpertGrouping.ACTIVE, 3);
        int[] records = {0, 0, 2, 1, 16, 16, 2, 16, 19};
        for (int i = 0; i < records.length; i++) {
            groups.set(ExpertGrouping.RECORDS + i, records[i]);
        }
        return groups;
    }

    private static List<Case> products() {
        FloatArray dy = floats(1, 32 * 36);
        return List.of(new Case(List.of(
                Call.of("training.GroupGradientProduct.tiles", dy, floats(2, 3 * 35 * 8), groups(),
                        ExpertGrouping.RECORDS, 3, GroupGradientProduct.OF_ROWS, 35, 36, 8, 0, room(32 * 8)),
                Call.of("training.GroupGradientProduct.tiles", dy, floats(3, 32 * 8), groups(), ExpertGrouping.RECORDS,
                        3, GroupGradientProduct.OF_WEIGHTS, 35, 36, 8, 0, room(3 * 35 * 8)))));
    }

    private static List<Case> mixture() {
        int experts = 12;
        IntArray sizes = ints(ROWS, experts, 2 * ROWS);
        IntArray chosen = ints(3, 1, 3, 7, 1, 3);
        IntArray kept = ints(1, 1, 1, 0, 1, 1);
        FloatArray pairs = floats(2, 2 * ROWS);
        IntArray many = new IntArray(40);
        IntArray all = new IntArray(40);
        all.init(1);
        FloatArray products = floats(1, 20 * STRIDE);
        return List.of(
                Case.of("training.GroupExpertRows.weights", products, products, new IntArray(20), all, ints(20), 0, 2,
                        STRIDE, room(20)),
                Case.of("training.GroupExpertLoads.count", chosen, sizes, 0, 1, 2, 4, new IntArray(2 * experts)),
                new Case(List.of(
                        Call.of("training.GroupExpertPlaces.count", chosen, kept, sizes, 2, 1, new IntArray(experts)),
                        Call.of("training.GroupExpertPlaces.sort", many, all, ints(40, 0), ints(40, 2), 0, 1, 80,
                                new IntArray(ExpertGrouping.RECORDS + 2 * ExpertGrouping.RECORD), new IntArray(80),
                                new IntArray(40)))),
                new Case(List.of(
                        Call.of("training.GroupExpertChoice.rows", floats(4, ROWS * 16), floats(5, experts),
                                ints(1, 0, 1), sizes, 0, experts, 3, 2, 2, 0, -1f, 16, new IntArray(2 * ROWS),
                                room(2 * ROWS), room(2 * ROWS), room(ROWS * 16)),
                        Call.of("training.GroupExpertChoice.gradient", floats(6, ROWS * 16), chosen, pairs, pairs,
                                pairs, floats(7, experts), ints(1, 0, 1), sizes, 0, experts, 2, 0, -1f, 16,
                                room(ROWS * 16)))));
    }

    private static List<Case> attention() {
        int heads = 1;
        int rows = 34;
        IntArray sizes = new IntArray(AttentionLayout.RECORD);
        int[] layout = {rows, rows, rows, rows, rows, 2, 2, 1, 1};
        for (int i = 0; i < layout.length; i++) {
            sizes.set(i, layout[i]);
        }
        IntArray spans = new IntArray(2 * rows);
        // Two tiles, of which the queries of the second see nothing.
        for (int row = 0; row < 32; row++) {
            spans.set(2 * row + 1, row + 3);
        }
        FloatArray q = floats(1, rows * 32);
        FloatArray kv = floats(2, rows * 32);
        FloatArray kr = floats(3, rows * 16);
        FloatArray dO = floats(4, rows * 16);
        FloatArray kept = floats(5, rows * heads);
        return List.of(
                Case.of("training.GroupAttention.forward", q, kv, kr, spans, sizes, 0, heads, 16, 16, 16, 0.1f,
                        room(rows * heads), room(rows * 16)),
                new Case(List.of(
                        Call.of("training.GroupQueryGradient.deltas", dO, dO, sizes, 0, heads, 16, room(rows * heads)),
                        Call.of("training.GroupQueryGradient.queries", q, kv, kr, dO, kept, kept, spans, sizes, 0,
                                heads, 16, 16, 16, 0.1f, 0, room(rows * 32)))),
                Case.of("training.GroupKeyGradient.keys", q, kv, kr, dO, kept, kept, spans, sizes, 0, heads, 16, 16, 16,
                        0.1f, 0, room(rows * heads * 16), room(rows * 32)));
    }
}
