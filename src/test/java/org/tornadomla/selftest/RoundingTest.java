package org.tornadomla.selftest;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.layers.FewCores;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.ManyCores;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.NumberFormats;

/**
 * Rows of a cache in fewer bits. A device whose floats differ from Java's in their last places rounds some number up
 * where Java rounds it down: that is right, and a number that is further away is wrong.
 */
class RoundingTest {

    private static final KernelFamily MANY = new ManyCores(new WorkGroups(5, 3));
    /** One more in the second byte. */
    private static final int BYTE = 1 << Byte.SIZE;

    /** Device, family, format of the cache, kernel, difference of a rounding, and of a wrong number. */
    static Stream<Arguments> rows() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(
                        Arguments.of(target, MANY, CacheType.INT8, "GroupLatentWriteInt8.rows", BYTE, 2 * BYTE),
                        Arguments.of(target, FewCores.LOOPS, CacheType.INT8, "LatentWriteInt8.rows", BYTE, 2 * BYTE),
                        Arguments.of(target, MANY, CacheType.BF16, "GroupAbsorbedQuery.rows", 1, 1 << 14),
                        Arguments.of(target, FewCores.LOOPS, CacheType.BF16, "LatentWriteBf16.rows", 1, 1 << 14)));
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("rows")
    void aRoundingIsRight(Target target, KernelFamily family, CacheType cache, String kernel, int rounding, int wrong) {
        assertTrue(check(target, family, cache, kernel, rounding).run() > 0, "the difference was not seen");
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("rows")
    void moreThanARoundingIsWrong(Target target, KernelFamily family, CacheType cache, String kernel, int rounding,
            int wrong) {
        assertThrows(OperationException.class, check(target, family, cache, kernel, wrong)::run);
    }

    /** A check of a kernel that expects another number in the first int that it writes to the cache. */
    private static StepCheck check(Target target, KernelFamily family, CacheType cache, String kernel, int difference) {
        SampleDecoder sample = new SampleDecoder(family, NumberFormats.of(cache));
        sample.prompt();
        for (Step step : sample.steps()) {
            if (step.kernel().equals(kernel)) {
                Expectation right = Expectation.of(step, sample.arrays(step));
                return new StepCheck(step, target, List.of(new Expectation(right.before(),
                        right.results().stream().map(result -> other(result, difference)).toList())));
            }
            step.java().run();
        }
        throw new AssertionError("no step of " + kernel);
    }

    private static Expectation.Result other(Expectation.Result result, int difference) {
        if (!result.after().isInt()) {
            return result;
        }
        int[] bits = result.after().bits().clone();
        bits[result.written().nextSetBit(0)] += difference;
        return new Expectation.Result(new Content(result.after().array(), bits), result.written(), result.poisoned());
    }
}
