package org.tornadomla.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.error.TrainingException;
import org.tornadomla.testing.ManyCores;
import org.tornadomla.testing.TestTargets;

/** Trainings of small models: they learn, and one that was stopped ends with the same bits as one that was not. */
class FineTuningTest {

    private static final FineTuning.Listener SILENT = new FineTuning.Listener() {
        @Override
        public void begin(Course course) {
            // Nobody listens.
        }

        @Override
        public void step(Course course) {
            // Nobody listens.
        }

        @Override
        public void heldOut(Course course) {
            // Nobody listens.
        }
    };

    @TempDir
    private Path folder;

    static Stream<Arguments> trainings() {
        return ManyCores.devices().flatMap(target -> Stream.of(Arguments.of(target, 0), Arguments.of(target, 2)));
    }

    private static FineTuningOptions options(int rank) {
        return new FineTuningOptions(12, 3, 13, 0.01, 2, 4, rank, 0.01);
    }

    /** A text in which every token follows from the one before. */
    private static int[] text(int words, int tokens) {
        int[] ids = new int[tokens];
        for (int i = 1; i < tokens; i++) {
            ids[i] = (3 * ids[i - 1] + 1 + i % 2) % words;
        }
        return ids;
    }

    private FineTuning tuning(String model, FineTuningOptions options, StateFolder states) {
        TokenWindows[] windows = TokenWindows.divided("text", text(40, 400), options.length(), 0.2);
        return new FineTuning(model, options, windows[0], windows[1], states, 4);
    }

    private static LanguageModel model(FineTuningOptions options, Target target) {
        ModelConfig config = SmallModels.config(SmallModels.GROUPS);
        return new LanguageModel(config, SmallModels.source(SmallModels.values(config)), options, target);
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void aTrainingThatWasStoppedEndsWithTheSameBits(Target target, int rank) {
        FineTuningOptions options = options(rank);
        Map<String, float[]> expected;
        Course whole;
        try (StateFolder states = StateFolder.open(folder.resolve("whole"));
                LanguageModel model = model(options, target)) {
            whole = tuning("m", options, states).run(model, () -> false, SILENT);
            expected = model.tensors();
        }
        double first = whole.heldOut().getFirst().loss();
        assertTrue(whole.heldOut().getLast().loss() < first - (rank == 0 ? 0.1 : 0.01), whole.heldOut()::toString);
        Map<String, float[]> found = Map.of();
        Course course = new Course();
        for (int stopAt : new int[]{0, 3, 4, 9, 12, 12}) {
            try (StateFolder states = StateFolder.open(folder.resolve("stopped"));
                    LanguageModel model = model(options, target)) {
                int[] asked = {course.steps()};
                course = tuning("m", options, states).run(model, () -> asked[0]++ >= stopAt, SILENT);
                assertEquals(stopAt, course.steps());
                found = model.tensors();
            }
        }
        assertEquals(whole.heldOut(), course.heldOut());
        assertArrayEquals(whole.losses(), course.losses());
        assertEquals(expected.keySet(), found.keySet());
        for (Map.Entry<String, float[]> tensor : expected.entrySet()) {
            assertArrayEquals(tensor.getValue(), found.get(tensor.getKey()), tensor.getKey());
        }
    }

    @Test
    void theStateOfAnotherTrainingIsRefused() {
        Target target = TestTargets.list().getFirst();
        try (StateFolder states = StateFolder.open(folder); LanguageModel model = model(options(0), target)) {
            tuning("m", options(0), states).run(model, () -> true, SILENT);
            MlaException other = assertThrows(ConfigurationException.class,
                    () -> tuning("n", options(0), states).run(model, () -> true, SILENT));
            assertTrue(other.getMessage().contains("its model is m, now it is n"), other.getMessage());
            MlaException rate = assertThrows(ConfigurationException.class,
                    () -> tuning("m", new FineTuningOptions(12, 3, 13, 0.02, 2, 4, 0, 0.01), states).run(model,
                            () -> true, SILENT));
            assertTrue(rate.getMessage().contains("its learning rate is 0.01, now it is 0.02"), rate.getMessage());
            assertThrows(ConfigurationException.class, () -> StateFolder.open(folder));
        }
        assertTrue(Files.exists(folder.resolve("state.safetensors")));
    }

    @Test
    void nothingStaysOfATrainingThatDidNotBegin() {
        StateFolder.open(folder.resolve("empty")).close();
        assertFalse(Files.exists(folder.resolve("empty")));
    }

    /** What diverges is told, and the state is that before. */
    @Test
    void aLossThatIsNoNumberEndsTheTraining() {
        ModelConfig config = SmallModels.config(SmallModels.GROUPS);
        Map<String, float[]> values = new HashMap<>(SmallModels.values(config));
        float[] norm = values.get("model.norm.weight").clone();
        Arrays.fill(norm, Float.MAX_VALUE);
        values.put("model.norm.weight", norm);
        try (StateFolder states = StateFolder.open(folder);
                LanguageModel model = new LanguageModel(config, SmallModels.source(values), options(0),
                        TestTargets.list().getFirst())) {
            MlaException told = assertThrows(TrainingException.class,
                    () -> tuning("m", options(0), states).run(model, () -> false, SILENT));
            assertTrue(told.getMessage().contains("step 1"), told.getMessage());
        }
    }

    @Test
    void everyPassTakesEachWindowOnceInAnOrderOfItsOwn() {
        TokenWindows windows = new TokenWindows("text", IntStream.range(0, 71).toArray(), 10);
        assertEquals(7, windows.count());
        int[][] first = passes(windows, 1, 0);
        assertArrayEquals(IntStream.range(0, 7).map(i -> 10 * i).toArray(), Arrays.stream(first[0]).sorted().toArray());
        assertArrayEquals(IntStream.range(0, 7).map(i -> 10 * i).toArray(), Arrays.stream(first[1]).sorted().toArray());
        assertFalse(Arrays.equals(first[0], first[1]));
        assertFalse(Arrays.equals(first[0], passes(windows, 2, 0)[0]));
        assertArrayEquals(new int[]{60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70}, windows.window(6));
        assertEquals(3, windows.spread(3).length);
        assertEquals(7, windows.spread(30).length);
    }

    /** First tokens of the windows of two passes, in batches of 3 that do not divide a pass. */
    private static int[][] passes(TokenWindows windows, long seed, int from) {
        int[] all = IntStream.range(from, from + 5)
                .flatMap(step -> Arrays.stream(windows.batch(seed, step, 3)).mapToInt(window -> window[0])).toArray();
        return new int[][]{Arrays.copyOf(all, 7), Arrays.copyOfRange(all, 7, 14)};
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10})
    void aTextWithoutAWindowIsRefused(int tokens) {
        int[] ids = new SplittableRandom(1).ints(tokens, 0, 9).toArray();
        assertTrue(assertThrows(ShapeException.class, () -> new TokenWindows("my text", ids, 10)).getMessage()
                .startsWith("my text has " + tokens + " tokens, a window of 10 needs 11"));
    }
}
