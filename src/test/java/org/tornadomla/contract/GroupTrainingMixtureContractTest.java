package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.training.GroupExpertChoice;
import org.tornadomla.kernels.training.GroupExpertLoads;
import org.tornadomla.kernels.training.GroupExpertPlaces;
import org.tornadomla.kernels.training.GroupExpertRows;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Experts chosen, pairs dropped and sorted, and rows brought to their places and back, by groups of work-items of
 * several sizes: against what the definitions say in double precision.
 */
class GroupTrainingMixtureContractTest {

    private static final KernelContext CONTEXT = new KernelContext();
    private static final int STRIDE = 48;
    private static final double TOLERANCE = 2e-6;

    /**
     * A mixture.
     *
     * @param limit    devices that a row may use
     * @param capacity pairs that a device has room for; 0 for any number
     * @param factor   on weights; negative where those of a row are made to sum to its amount
     */
    private record Shape(int rows, int experts, int devices, int limit, int topK, boolean sigmoid, int capacity,
            float factor) {

        int pairs() {
            return rows * topK;
        }

        int each() {
            return experts / devices;
        }

        int places() {
            return (pairs() + 15) / 16 * 16 + 16 * experts;
        }
    }

    static Stream<Arguments> shapes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, new Shape(1, 1, 1, 1, 1, false, 0, -2.5f), 1, 1),
                        Arguments.of(target, new Shape(37, 12, 3, 2, 3, false, 30, 2.5f), 3, 7),
                        Arguments.of(target, new Shape(21, 40, 4, 4, 6, true, 0, -2.5f), 2, 32),
                        Arguments.of(target, new Shape(5, 33, 1, 1, 33, false, 0, 1.5f), 4, 128)));
    }

    /** Scores of a row's experts in double precision. */
    private static double[] scores(Shape shape, float[] logits, int row) {
        double[] scores = IntStream.range(0, shape.experts).mapToDouble(e -> Math.exp(logits[row * shape.experts + e]))
                .toArray();
        double sum = Arrays.stream(scores).sum();
        return Arrays.stream(scores).map(s -> shape.sigmoid ? s / (1 + s) : s / sum).toArray();
    }

    /** Experts of a row, the preferred first. */
    private static int[] choice(Shape shape, double[] scores, float[] bias) {
        double[] preference = IntStream.range(0, shape.experts).mapToDouble(e -> scores[e] + bias[e]).toArray();
        int[] devices = IntStream.range(0, shape.devices).boxed()
                .sorted((a, b) -> Double.compare(best(shape, preference, b), best(shape, preference, a)))
                .limit(shape.limit).mapToInt(Integer::intValue).toArray();
        return IntStream.range(0, shape.experts)
                .filter(e -> Arrays.stream(devices).anyMatch(device -> device == e / shape.each())).boxed()
                .sorted((a, b) -> Double.compare(preference[b], preference[a])).limit(shape.topK)
                .mapToInt(Integer::intValue).toArray();
    }

    private static double best(Shape shape, double[] preference, int device) {
        return Arrays.stream(preference, device * shape.each(), (device + 1) * shape.each()).max().orElseThrow();
    }

    private static float[] padded(float[] values, int width) {
        float[] rows = new float[values.length / width * STRIDE];
        for (int i = 0; i < values.length; i++) {
            rows[i / width * STRIDE + i % width] = values[i];
        }
        return rows;
    }

    @ParameterizedTest(name = "{0} {1}, {2} groups of {3}")
    @MethodSource("shapes")
    void expertsAreChosenCountedAndSorted(Target target, Shape shape, int groups, int items) {
        float[] logits = KernelRun.random(1, shape.rows * shape.experts);
        float[] biases = KernelRun.random(2, shape.experts);
        for (int e = 0; e < shape.experts; e++) {
            biases[e] *= 0.1f;
        }
        KernelRun run = new KernelRun();
        FloatArray x = run.in(FloatArray.fromArray(padded(logits, shape.experts)));
        FloatArray bias = run.in(FloatArray.fromArray(biases));
        IntArray counts = run.in(new IntArray(shape.rows));
        for (int row = 0; row < shape.rows; row++) {
            counts.set(row, row % 5 == 3 ? 0 : row % 7 == 6 ? 2 : 1);
        }
        IntArray sizes = run.in(IntArray.fromArray(new int[]{shape.rows, shape.experts, shape.pairs()}));
        IntArray chosen = run.poisonedInts(shape.pairs());
        FloatArray pairs = run.poisonedFloats(shape.pairs());
        FloatArray weights = run.poisonedFloats(shape.pairs());
        FloatArray scores = run.poisonedFloats(shape.rows * STRIDE);
        IntArray loads = run.poisonedInts(2 * shape.experts);
        IntArray kept = run.poisonedInts(shape.pairs());
        IntArray computed = run.poisonedInts(shape.experts);
        IntArray grouping = run.poisonedInts(ExpertGrouping.RECORDS + shape.experts * ExpertGrouping.RECORD);
        IntArray pairOf = run.poisonedInts(shape.places());
        IntArray placeOf = run.poisonedInts(shape.pairs());
        String choice = run.task();
        run.groups(groups, items,
                graph -> graph.task(choice, GroupExpertChoice::rows, CONTEXT, x, bias, counts, sizes, 0, shape.experts,
                        shape.devices, shape.limit, shape.topK, shape.sigmoid ? 1 : 0, shape.factor, STRIDE, chosen,
                        pairs, weights, scores),
                x, bias, counts, sizes, chosen, pairs, weights, scores);
        String count = run.task();
        run.groups(groups, items, graph -> graph.task(count, GroupExpertLoads::count, CONTEXT, chosen, sizes, 0, 1,
                shape.topK, shape.each(), loads), chosen, sizes, loads);
        String keep = run.task();
        run.groups(groups, items, graph -> graph.task(keep, GroupExpertPlaces::keep, CONTEXT, chosen, pairs, counts,
                sizes, 2, shape.topK, shape.each(), shape.capacity, kept), chosen, pairs, counts, sizes, kept);
        String compute = run.task();
        run.groups(groups, items,
                graph -> graph.task(compute, GroupExpertPlaces::count, CONTEXT, chosen, kept, sizes, 2, 1, computed),
                chosen, kept, sizes, computed);
        String sort = run.task();
        run.groups(groups, items,
                graph -> graph.task(sort, GroupExpertPlaces::sort, CONTEXT, chosen, kept, computed, sizes, 2, 1,
                        shape.places(), grouping, pairOf, placeOf),
                chosen, kept, computed, sizes, grouping, pairOf, placeOf).repeatedlyOn(target);
        int[] expected = new int[shape.pairs()];
        for (int row = 0; row < shape.rows; row++) {
            double[] own = scores(shape, logits, row);
            int[] experts = choice(shape, own, biases);
            double sum = Arrays.stream(experts).mapToDouble(e -> own[e]).sum();
            for (int k = 0; k < shape.topK; k++) {
                int pair = row * shape.topK + k;
                expected[pair] = counts.get(row) == 0 ? -1 : experts[k];
                KernelRun.assertWithin("score", pairs.get(pair), own[experts[k]], TOLERANCE);
                double scale = shape.factor < 0 ? -shape.factor / sum : shape.factor;
                KernelRun.assertWithin("weight", weights.get(pair), scale * own[experts[k]], 4 * TOLERANCE);
            }
            for (int e = 0; e < STRIDE; e++) {
                KernelRun.assertWithin("score of " + e, scores.get(row * STRIDE + e), e < shape.experts ? own[e] : 0,
                        TOLERANCE);
            }
        }
        assertArrayEquals(expected, chosen.toHeapArray());
        assertCounts(shape, expected, pairs, counts, loads, kept);
        assertPlaces(shape, expected, kept, grouping, pairOf, placeOf);
    }

    private static void assertCounts(Shape shape, int[] chosen, FloatArray pairs, IntArray counts, IntArray loads,
            IntArray kept) {
        int[] expected = new int[2 * shape.experts];
        int[] keeps = new int[chosen.length];
        for (int pair = 0; pair < chosen.length; pair++) {
            int own = pair;
            int device = chosen[own] / shape.each();
            if (chosen[own] < 0) {
                continue;
            }
            expected[chosen[pair]]++;
            boolean first = IntStream.range(pair / shape.topK * shape.topK, pair)
                    .noneMatch(other -> chosen[other] >= 0 && chosen[other] / shape.each() == device);
            for (int e = device * shape.each(); first && e < (device + 1) * shape.each(); e++) {
                expected[shape.experts + e]++;
            }
            long ahead = IntStream.range(0, chosen.length)
                    .filter(other -> chosen[other] >= 0 && chosen[other] / shape.each() == device)
                    .filter(other -> pairs.get(other) > pairs.get(own)
                            || pairs.get(other) == pairs.get(own) && other < own)
                    .count();
            boolean stays = shape.capacity == 0 || ahead < shape.capacity || counts.get(pair / shape.topK) == 2;
            keeps[pair] = stays ? 1 : 0;
        }
        assertArrayEquals(expected, loads.toHeapArray());
        assertArrayEquals(keeps, kept.toHeapArray());
    }

    private static void assertPlaces(Shape shape, int[] chosen, IntArray kept, IntArray grouping, IntArray pairOf,
            IntArray placeOf) {
        int[] expected = new int[shape.places()];
        int[] records = new int[grouping.getSize()];
        Arrays.fill(expected, -1);
        Arrays.fill(records, -1);
        records[ExpertGrouping.ACTIVE] = shape.experts;
        int begin = 0;
        for (int e = 0; e < shape.experts; e++) {
            int next = begin;
            for (int pair = 0; pair < chosen.length; pair++) {
                if (chosen[pair] == e && kept.get(pair) == 1) {
                    assertEquals(next, placeOf.get(pair));
                    expected[next++] = pair;
                }
            }
            int record = ExpertGrouping.RECORDS + e * ExpertGrouping.RECORD;
            records[record] = e;
            records[record + 1] = begin;
            records[record + 2] = next;
            begin += (next - begin + 15) / 16 * 16;
        }
        assertArrayEquals(expected, pairOf.toHeapArray());
        assertArrayEquals(records, grouping.toHeapArray());
    }

    @ParameterizedTest(name = "{0} {1}, {2} groups of {3}")
    @MethodSource("shapes")
    void rowsGoToTheirPlacesAndBack(Target target, Shape shape, int groups, int items) {
        float[] rows = KernelRun.random(3, shape.rows * STRIDE);
        float[] results = KernelRun.random(4, shape.places() * STRIDE);
        float[] weights = KernelRun.random(5, shape.pairs());
        int[] places = IntStream.range(0, shape.pairs()).map(pair -> shape.places() - 1 - pair).toArray();
        int[] kept = IntStream.range(0, shape.pairs()).map(pair -> pair % 4 == 3 ? 0 : 1).toArray();
        int[] pairOf = new int[shape.places()];
        Arrays.fill(pairOf, -1);
        for (int pair = 0; pair < places.length; pair++) {
            pairOf[places[pair]] = kept[pair] == 1 ? pair : -1;
        }
        KernelRun run = new KernelRun();
        FloatArray x = run.in(FloatArray.fromArray(rows));
        FloatArray of = run.in(FloatArray.fromArray(results));
        FloatArray w = run.in(FloatArray.fromArray(weights));
        IntArray placeOf = run.in(IntArray.fromArray(places));
        IntArray keeps = run.in(IntArray.fromArray(kept));
        IntArray pairsOf = run.in(IntArray.fromArray(pairOf));
        IntArray sizes = run.in(IntArray.fromArray(new int[]{shape.rows, shape.places(), shape.pairs()}));
        FloatArray gathered = run.poisonedFloats(shape.places() * STRIDE);
        FloatArray sums = run.poisonedFloats(shape.rows * STRIDE);
        FloatArray slopes = run.poisonedFloats(shape.pairs());
        String gather = run.task();
        run.groups(groups, items, graph -> graph.task(gather, GroupExpertRows::gather, CONTEXT, x, pairsOf, w, sizes, 1,
                shape.topK, 1, STRIDE, gathered), x, pairsOf, w, sizes, gathered);
        String sum = run.task();
        run.groups(groups, items, graph -> graph.task(sum, GroupExpertRows::sum, CONTEXT, of, placeOf, keeps, w, sizes,
                0, shape.topK, 1, STRIDE, 0, sums), of, placeOf, keeps, w, sizes, sums);
        String slope = run.task();
        run.groups(groups, items, graph -> graph.task(slope, GroupExpertRows::weights, CONTEXT, x, of, placeOf, keeps,
                sizes, 2, shape.topK, STRIDE, slopes), x, of, placeOf, keeps, sizes, slopes).repeatedlyOn(target);
        double[] expected = new double[shape.rows * STRIDE];
        for (int pair = 0; pair < shape.pairs(); pair++) {
            int row = pair / shape.topK;
            double product = 0;
            for (int i = 0; i < STRIDE; i++) {
                expected[row * STRIDE + i] += kept[pair] * (double) weights[pair] * results[places[pair] * STRIDE + i];
                product += kept[pair] * (double) rows[row * STRIDE + i] * results[places[pair] * STRIDE + i];
                KernelRun.assertWithin("place", gathered.get(places[pair] * STRIDE + i),
                        kept[pair] * (double) weights[pair] * rows[row * STRIDE + i], TOLERANCE);
            }
            KernelRun.assertWithin("slope " + pair, slopes.get(pair), product, 100 * TOLERANCE);
        }
        for (int i = 0; i < expected.length; i++) {
            KernelRun.assertWithin("sum " + i, sums.get(i), expected[i], 40 * TOLERANCE);
        }
    }
}
