package org.tornadomla.contract;

import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.QueryLanes;
import org.tornadomla.kernels.Rotary;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Rotated queries in lanes: every element of every row stands in its row's lane, lanes behind the last row repeat it.
 */
class QueryLanesContractTest {

    private static final int LANES = 16;
    private static final int POSITIONS = 61;
    private static final float SCALE = 0.37f;
    /** Two rounded table entries, two products, one sum and the scale, each of a pair's magnitude. */
    private static final double ROTATION = 8 * ROUNDING;

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, RopeLayout.NEIGHBOURS, 1, 1, 2, 1),
                        Arguments.of(target, RopeLayout.EVENS_THEN_ODDS, 5, 19, 6, 17),
                        Arguments.of(target, RopeLayout.HALVES, 37, 3, 34, 16),
                        Arguments.of(target, RopeLayout.EVENS_THEN_ODDS, 17, 16, 16, 33)));
    }

    private final RopeConfig[] configs = Stream.of(RopeLayout.values()).map(layout -> RopeConfig.plain(10_000, layout))
            .toArray(RopeConfig[]::new);

    private static int code(RopeLayout layout) {
        return switch (layout) {
            case NEIGHBOURS -> Rotary.NEIGHBOURS;
            case EVENS_THEN_ODDS -> Rotary.EVENS_THEN_ODDS;
            case HALVES -> Rotary.HALVES;
        };
    }

    private static int position(int token) {
        return (60 + 23 * token) % POSITIONS;
    }

    /** Tokens of two sequences, where there is more than one: tiles end where a sequence does. */
    private static StepBuffer step(int tokens, int heads) {
        StepBuffer step = new StepBuffer(Capacity.builder().tokens(tokens).sequences(2).writes(1).pages(1, 1, 1)
                .positions(POSITIONS).expandedKeys(tokens).build());
        step.clear();
        int first = step.addSequence(new int[1], 0);
        int second = step.addSequence(new int[1], 0);
        for (int token = 0; token < tokens; token++) {
            step.addToken(token < tokens / 3 ? first : second, position(token), 0, 0, 0);
        }
        step.finish(heads, 1, 0, false, 0);
        return step;
    }

    /** One query: its parts without position and with it, and what the rotation makes of that. */
    private record Queries(int heads, int front, int rope, float[] fronts, float[] plain, double[] rotated) {

        Queries(int tokens, int heads, int front, int rope, RopeConfig config) {
            float[] plain = KernelRun.random(1, tokens * heads * rope);
            this(heads, front, rope, KernelRun.random(2, tokens * heads * front), plain,
                    Operations.rotary(Comparer.widen(plain),
                            IntStream.range(0, tokens).map(QueryLanesContractTest::position).toArray(), heads, rope,
                            config));
        }

        VectorFloat16 rows(boolean withRotary) {
            int vectors = Padding.vectors(front) + Padding.vectors(rope);
            VectorFloat16 rows = new VectorFloat16(fronts.length / front * vectors * LANES);
            rows.getArray().init(withRotary ? 0f : Float.NaN);
            for (int row = 0; row < fronts.length / front; row++) {
                for (int i = 0; i < Padding.vectors(front) * LANES; i++) {
                    rows.getArray().set(row * vectors * LANES + i, 0f);
                }
                KernelRun.put(rows, row * vectors, fronts, row * front, front);
                if (withRotary) {
                    KernelRun.put(rows, row * vectors + Padding.vectors(front), plain, row * rope, rope);
                }
            }
            return rows;
        }

        /** Asserts the vectors of one group of lanes, whose rows are (token, head) times heads. */
        void check(VectorFloat16 lanes, int at, int[] rows, float frontScale) {
            int frontElements = Padding.vectors(front) * LANES;
            int elements = frontElements + Padding.vectors(rope) * LANES;
            double largest = 2 * AttentionProblem.largest(plain);
            for (int element = 0; element < elements; element++) {
                for (int lane = 0; lane < LANES; lane++) {
                    int row = rows[Math.min(lane, rows.length - 1)];
                    int rotary = element - frontElements;
                    double expected = rotary >= 0
                            ? rotary < rope ? rotated[row * rope + rotary] * SCALE : 0
                            : element < front ? (double) fronts[row * front + element] * frontScale : 0;
                    double bound = rotary >= 0 ? rotary < rope ? ROTATION * largest : 0 : ROUNDING * Math.abs(expected);
                    KernelRun.assertWithin("row " + row + "[" + element + "] in lane " + lane,
                            lanes.getArray().get((at + element) * LANES + lane), expected, bound);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}, {2} tokens, {3} heads, rope {4}, latent {5}")
    @MethodSource("sizes")
    void headsOfATokenStandInLanes(Target target, RopeLayout layout, int tokens, int heads, int rope, int latent) {
        RopeConfig config = configs[layout.ordinal()];
        Queries queries = new Queries(tokens, heads, latent, rope, config);
        StepBuffer step = step(tokens, heads);
        int latentVectors = Padding.vectors(latent);
        int rowVectors = latentVectors + Padding.vectors(rope);
        int groups = Math.ceilDiv(heads, LANES);
        KernelRun run = new KernelRun();
        VectorFloat16 absorbed = run.in(queries.rows(false));
        VectorFloat16 q = run.in(queries.rows(true));
        FloatArray cosines = run.in(FloatArray.fromArray(Comparer.narrow(config.cosines(rope, POSITIONS))));
        FloatArray sines = run.in(FloatArray.fromArray(Comparer.narrow(config.sines(rope, POSITIONS))));
        IntArray steps = run.in(step.array());
        VectorFloat16 lanes = run.poisonedVectors(tokens * groups * rowVectors * LANES);
        String task = run.task();
        run.then(tokens * groups,
                graph -> graph.task(task, QueryLanes::heads, absorbed, q, cosines, sines, steps, step.tokensAt(), heads,
                        latentVectors, latentVectors, rope, heads * rowVectors, SCALE, code(layout), lanes),
                absorbed, q, cosines, sines, steps, lanes).on(target);
        for (int unit = 0; unit < tokens * groups; unit++) {
            int first = unit / groups * heads + unit % groups * LANES;
            int present = Math.min(LANES, heads - unit % groups * LANES);
            queries.check(lanes, unit * rowVectors * LANES, IntStream.range(first, first + present).toArray(), 1f);
        }
    }

    @ParameterizedTest(name = "{0} {1}, {2} tokens, {3} heads, rope {4}, nope {5}")
    @MethodSource("sizes")
    void tokensOfATileStandInLanes(Target target, RopeLayout layout, int tokens, int heads, int rope, int nope) {
        RopeConfig config = configs[layout.ordinal()];
        Queries queries = new Queries(tokens, heads, nope, rope, config);
        StepBuffer step = step(tokens, heads);
        int headVectors = Padding.vectors(nope) + Padding.vectors(rope);
        int tiles = step.array().get(StepLayout.TILE_UNITS) / heads;
        KernelRun run = new KernelRun();
        VectorFloat16 q = run.in(queries.rows(true));
        FloatArray cosines = run.in(FloatArray.fromArray(Comparer.narrow(config.cosines(rope, POSITIONS))));
        FloatArray sines = run.in(FloatArray.fromArray(Comparer.narrow(config.sines(rope, POSITIONS))));
        IntArray steps = run.in(step.array());
        VectorFloat16 lanes = run.poisonedVectors(tiles * heads * headVectors * LANES);
        String task = run.task();
        run.then(tiles * heads,
                graph -> graph.task(task, QueryLanes::tokens, q, cosines, sines, steps, step.tokensAt(), step.tilesAt(),
                        heads, Padding.vectors(nope), rope, heads * headVectors, SCALE, code(layout), lanes),
                q, cosines, sines, steps, lanes).on(target);
        for (int unit = 0; unit < tiles * heads; unit++) {
            int record = step.tilesAt() + unit % tiles * StepLayout.TILE_RECORD;
            int token = step.array().get(record + StepLayout.TILE_TOKEN);
            int count = step.array().get(record + StepLayout.TILE_COUNT);
            int head = unit / tiles;
            queries.check(lanes, unit * headVectors * LANES,
                    IntStream.range(token, token + count).map(t -> t * heads + head).toArray(), SCALE);
        }
    }
}
