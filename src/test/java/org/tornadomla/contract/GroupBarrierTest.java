package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.cost.LockstepRun;
import org.tornadomla.cost.Race;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.GroupBest;
import org.tornadomla.kernels.GroupPool;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.CacheType;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels of work-groups have the barriers that they need, and none besides: as they are no two work-items use one
 * element without an order, and without any one of their barriers some do. A group works on several pieces, since some
 * barriers stand between two of them.
 */
class GroupBarrierTest {

    private static final int ITEMS = 9;

    /**
     * A kernel and what it is given.
     *
     * @param kernel    class and method
     * @param arguments those behind the context
     */
    record Call(String kernel, List<Object> arguments) {

        static Call of(String kernel, Object... arguments) {
            return new Call(kernel, List.of(arguments));
        }
    }

    /**
     * Kernels of one class, which together have all of its barriers.
     *
     * @param calls kernels
     */
    record Case(List<Call> calls) {

        static Case of(String kernel, Object... arguments) {
            return new Case(List.of(Call.of(kernel, arguments)));
        }

        /** The name of the class. */
        String kernels() {
            String kernel = calls.getFirst().kernel;
            return kernel.substring(0, kernel.lastIndexOf('.'));
        }

        @Override
        public String toString() {
            return String.join(", ", calls.stream().map(Call::kernel).toList());
        }

        List<Race> races(LockstepRun run) {
            return calls.stream().map(call -> run.run(call.kernel, 1, ITEMS, 1, call.arguments))
                    .flatMap(cost -> cost.races().stream()).toList();
        }
    }

    private static FloatArray floats(int seed, int count) {
        return FloatArray.fromArray(KernelRun.random(seed, count));
    }

    private static IntArray ints(int count) {
        return new IntArray(count);
    }

    static Stream<Case> cases() {
        return Stream.of(rows(), pools(), routing(), attention(), index(), TrainingCases.all()).flatMap(List::stream);
    }

    private static List<Case> rows() {
        IntArray rows = KernelRun.count(StepLayout.TOKENS, 3);
        IntArray merged = KernelRun.count(StepLayout.TOKENS, 2);
        merged.set(StepLayout.SPLITS, 3);
        FloatArray partial = floats(3, 2 * 3 * 2 * 21 + 2 * 3 * 2 * 2);
        IntArray best = new IntArray(StepLayout.HEADER);
        best.set(StepLayout.OUTPUT_ROWS, 2);
        best.set(StepLayout.CANDIDATES, 3);
        return List.of(
                Case.of("GroupBest.largest", floats(8, 2 * 40), best, 40, 40, 0, new FloatArray(2 * GroupBest.RECORD)),
                Case.of("GroupNorm.rows", floats(1, 3 * 40), floats(2, 40), rows, StepLayout.TOKENS, -1, 40, 40, 40,
                        1e-6f, new FloatArray(3 * 40)),
                Case.of("GroupValueUp.rows", partial, floats(7, 2 * 23 * 21), merged, 3, 2, 20, 23, 3, 21,
                        2 * 3 * 2 * 21, 2 * 20, new FloatArray(2 * 2 * 20)),
                Case.of("GroupValueUpBf16.rows", partial, ints(2 * 23 * 11), merged, 3, 2, 20, 23, 3, 21,
                        2 * 3 * 2 * 21, 2 * 20, new FloatArray(2 * 2 * 20)),
                Case.of("GroupExpertSum.normed", floats(4, 6 * 40), floats(5, 6), ints(6), rows, floats(6, 40), 0, 2,
                        40, 40, 40, 1e-6f, new FloatArray(3 * 40)));
    }

    private static List<Case> pools() {
        StepBuffer step = new StepBuffer(Capacity.builder().tokens(1).writes(8).pages(8, 1, 8).positions(3).build());
        step.clear();
        step.addSequence(new int[1], 0);
        step.addWrite(5, 1, 2);
        step.addWrite(0, 0, 1);
        step.addCopy(2, 7);
        step.finish(1, 1, 2, false, 0);
        FloatArray kv = floats(1, 2 * 24);
        Case eightBits = Case.of("GroupLatentWriteInt8.rows", kv, floats(2, 21), floats(3, 3 * 4), step.array(), 20, 4,
                24, GroupPool.NORMALISE + GroupPool.BYTES, ints(8 * 32));
        return Stream
                .concat(Stream.of(eightBits), Stream.of(0, GroupPool.NARROW)
                        .map(narrow -> Case.of("GroupAbsorbedQuery.rows", new FloatArray(1), new FloatArray(1),
                                step.array(), 1, 3, 3, 20, 7, 7, kv, 24, floats(2, 21), floats(3, 3 * 4),
                                GroupPool.NORMALISE + narrow, new FloatArray(8 * 48), ints(8 * 32), new FloatArray(1))))
                .toList();
    }

    private static List<Case> routing() {
        int experts = 24;
        int tokens = 180;
        IntArray few = KernelRun.count(StepLayout.TOKENS, 2);
        IntArray step = KernelRun.count(StepLayout.EXPERT_ROWS, tokens * 6);
        IntArray chosen = ints(tokens * 6);
        for (int i = 0; i < chosen.getSize(); i++) {
            chosen.set(i, (i * 7 + i / 6) % experts);
        }
        return List.of(
                Case.of("GroupRouter.tokens", floats(1, 2 * experts), new FloatArray(experts), few, experts, experts, 3,
                        1, 0, Router.BEST_TWO_OF_GROUP, 4, 2, 1, 1f, ints(2 * 4), new FloatArray(2 * 4)),
                Case.of("GroupSort.rows", chosen, step, experts, 6, ExpertGrouping.tokensAt(experts),
                        ExpertGrouping.placesAt(experts, tokens * 6),
                        ints(ExpertGrouping.length(experts, tokens * 6))));
    }

    /** Two parts of keys, two tokens, and more scores than work-items hold at a time. */
    private static List<Case> index() {
        int keys = 200;
        int heads = 5;
        int dim = 20;
        AttentionProblem problem = new AttentionProblem(2, 1, keys, 8, 1, false);
        IntArray step = problem.step.array();
        StepBuffer written = new StepBuffer(Capacity.builder().tokens(2).writes(8).pages(8, 1, 8).positions(3).build());
        written.clear();
        written.addSequence(new int[1], 0);
        written.addWrite(5, 1, 2);
        written.addWrite(0, 0, 1);
        written.finish(1, 1, 2, false, 0);
        return List.of(
                Case.of("GroupIndexRows.rows", floats(1, 2 * 25), floats(2, 40), floats(3, 2 * 100), floats(4, 3 * 4),
                        written.array(), heads, dim, 4, 25, 1e-6f, 0, new FloatArray(8 * 32), new FloatArray(200)),
                Case.of("GroupIndexScores.score", floats(1, 2 * dim * heads), floats(2, 2 * 25),
                        problem.pool(KernelRun.random(3, keys * dim), dim, new float[0], 0).getArray(), step, 8, heads,
                        dim, dim, 25, 7, keys, 1f, new FloatArray(2 * keys)),
                Case.of("GroupIndexChoice.tokens", floats(5, 2 * keys), step, 7, keys, ints(2 * 7)));
    }

    private static List<Case> attention() {
        int heads = 9;
        AttentionProblem problem = new AttentionProblem(3, heads, 41, 8, 2, false, 5);
        StepBuffer step = problem.step;
        int latent = 21;
        int rope = 4;
        float[] latents = KernelRun.random(1, 41 * latent);
        float[] rotary = KernelRun.random(2, 41 * rope);
        int units = 3 * 2;
        List<Case> cases = new ArrayList<>();
        for (CacheType type : CacheType.values()) {
            cases.add(Case.of("GroupLatentAttention.split", floats(3, 3 * heads * latent), floats(4, 3 * heads * 7),
                    floats(5, 5 * rope), problem.pool(latents, latent, rotary, rope).getArray(),
                    problem.packedPool(type, latents, latent, rotary, rope).getArray(), problem.mask(), step.array(),
                    new IntArray(1), 0, 8, heads, 3, latent, rope, heads * 7, 1f, GroupPoolContractTest.flag(type),
                    units * heads * latent, new FloatArray(units * heads * (latent + 2))));
        }
        int keys = AttentionProblem.DECOY_KEYS + 41;
        cases.add(Case.of("GroupExpandedAttention.tiles", floats(3, 3 * heads * 7), floats(6, keys * heads * 8),
                floats(7, keys * rope), floats(5, 5 * rope), problem.mask(), step.array(), step.tokensAt(),
                step.tilesAt(), heads, 3, rope, 5, heads * 7, heads * 8, heads * 5, 1f, 0,
                new FloatArray(3 * heads * 5)));
        return cases;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyBarrierIsNeededAndNoneIsMissing(Case traced) {
        assertEquals(List.of(), traced.races(LockstepRun.create()));
        LockstepRun counting = LockstepRun.without(traced.kernels(), Integer.MAX_VALUE);
        traced.races(counting);
        assertTrue(counting.barriers() > 0, "no barriers in " + traced.kernels());
        List<Integer> spare = IntStream.range(0, counting.barriers()).filter(barrier -> !racesWithout(traced, barrier))
                .boxed().toList();
        assertEquals(List.of(), spare, "barriers that are not needed, of " + counting.barriers());
    }

    /** Work-items that wait for others that ended went different ways, since one read what another had not written. */
    private static boolean racesWithout(Case traced, int barrier) {
        try {
            return !traced.races(LockstepRun.without(traced.kernels(), barrier)).isEmpty();
        } catch (IllegalStateException apart) {
            return true;
        }
    }
}
