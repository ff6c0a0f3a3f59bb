package org.tornadomla.tutorial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.training.AttentionHeads;
import org.tornadomla.training.Tape;
import org.tornadomla.training.Tensor;
import org.tornadomla.training.TrainingPlan;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The tutorial's model in some steps of training. With {@code -Dmla.tutorial.steps=1200} it is trained to the end, and
 * has to answer unseen dates as the pages say.
 */
class TutorialTest {

    private static final int STEPS = Integer.getInteger("mla.tutorial.steps", 0);

    static Stream<Arguments> heads() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, 1), Arguments.of(target, 4)));
    }

    static Stream<Arguments> forms() {
        return TestTargets.all().flatMap(target -> Stream.of(Form.values()).map(form -> Arguments.of(target, form)));
    }

    /** Chapters 2 to 4: a tape computes what the plain method does, head by head, of the keys that a mask lets see. */
    @ParameterizedTest
    @MethodSource("heads")
    void headsAreWhatThePlainMethodComputes(Target target, int heads) {
        int size = 6;
        Tape tape = new Tape();
        AttentionHeads shape = new AttentionHeads(heads, size, 0, size, 1 / Math.sqrt(size), 1);
        Tensor q = tape.input("q", 16, shape.queries(), true);
        Tensor kv = tape.input("kv", 16, shape.keys(), true);
        IntArray spans = tape.integers("spans", 32);
        Tensor seen = tape.attention("seen", shape, q, kv, null, spans);
        tape.result(seen);
        float[] queries = Seeds.normal(1, 16 * heads * size);
        float[] keys = Seeds.normal(2, 16 * heads * 2 * size);
        for (int row = 0; row < 16; row++) {
            spans.set(2 * row + 1, row + 1);
        }
        try (TrainingPlan plan = tape.plan(target)) {
            plan.set(q, 0, queries);
            plan.set(kv, 0, keys);
            plan.forward();
            float[] found = plan.read(seen, 0, 16);
            for (int unit = 0; unit < 16 * heads; unit++) {
                int row = unit / heads;
                double[][] own = new double[row + 1][];
                double[][] values = new double[row + 1][];
                for (int key = 0; key <= row; key++) {
                    int at = (key * heads + unit % heads) * 2 * size;
                    own[key] = part(keys, at, size);
                    values[key] = part(keys, at + size, size);
                }
                assertArrayEquals(AttentionHead.attend(part(queries, unit * size, size), own, values),
                        part(found, unit * size, size), 1e-5, "row " + row + ", head " + unit % heads);
            }
        }
    }

    private static double[] part(float[] values, int from, int count) {
        double[] part = new double[count];
        for (int i = 0; i < count; i++) {
            part[i] = values[from + i];
        }
        return part;
    }

    @Test
    void datesAreTheSameForTheSameSeedAndNeverTwice() {
        List<Dates.Pair> pairs = Dates.of(7, 3000);
        assertEquals(pairs, Dates.of(7, 3000));
        assertTrue(!pairs.equals(Dates.of(8, 3000)));
        Set<String> days = new HashSet<>();
        Set<String> ways = new HashSet<>();
        for (Dates.Pair pair : pairs) {
            assertTrue(days.add(pair.iso()), pair.iso() + " comes twice");
            pair.spelling().chars().forEach(letter -> assertTrue(Letters.id((char) letter) < Letters.count()));
            assertTrue(pair.spelling().length() <= 32, pair.spelling());
            assertTrue(pair.iso().matches("(19[5-9]|20[0-4])\\d-\\d\\d-\\d\\d"), pair.iso());
            assertTrue(pair.spelling().contains(pair.iso().substring(2, 4)), pair + " says the year");
            ways.add(pair.spelling().replaceAll("\\d+", "1").replaceAll("[A-Za-z]+", "a"));
        }
        assertEquals(10, ways.size(), "ways of spelling: " + ways);
        assertThrows(ShapeException.class, () -> Letters.id('\u20ac'));
    }

    @Test
    void lettersHaveNumbersOfTheirOwn() {
        String all = Dates.letters();
        assertEquals(all.length(), all.chars().distinct().count());
        for (int i = 0; i < all.length(); i++) {
            assertEquals(all.substring(i, i + 1), Letters.letter(Letters.id(all.charAt(i))));
        }
    }

    /** Chapter 4, for two texts of 3 and 1 letters in 16 rows each. */
    @Test
    void masksShowWhatTheyShould() {
        NetworkBuilder network = new NetworkBuilder(1, 8);
        Side source = new Side(network, "source", 2, 32);
        Side target = new Side(network, "target", 2, 16);
        source.set(0, new int[]{5, 6, 7});
        source.set(1, new int[]{5});
        target.set(0, new int[]{1, 2});
        target.set(1, new int[]{1, 2});
        IntArray spans = Masks.spans(network, "spans", target);
        Masks.all(spans, target, source);
        assertArrayEquals(new int[]{0, 3}, Arrays.copyOf(spans.toHeapArray(), 2));
        assertArrayEquals(new int[]{32, 33}, Arrays.copyOfRange(spans.toHeapArray(), 62, 64));
        Masks.past(spans, target);
        assertArrayEquals(new int[]{0, 2}, Arrays.copyOfRange(spans.toHeapArray(), 2, 4));
        assertArrayEquals(new int[]{16, 17}, Arrays.copyOfRange(spans.toHeapArray(), 32, 34));
    }

    private static double[] losses(Target target, Form form, int steps) {
        List<Dates.Pair> batch = Dates.of(3, 3);
        double[] losses = new double[steps];
        try (Transformer model = new Transformer(form, 5, 3, target)) {
            for (int step = 0; step < steps; step++) {
                losses[step] = model.train(batch, 0.002);
            }
        }
        return losses;
    }

    /** One batch, again and again: its loss falls, by the same numbers each time. */
    @ParameterizedTest
    @MethodSource("forms")
    void theSameSeedGivesTheSameNumbersAndTheLossFalls(Target target, Form form) {
        double[] losses = losses(target, form, 12);
        assertTrue(losses[0] < 6 && losses[11] < losses[0] - 1, Arrays.toString(losses));
        assertArrayEquals(Arrays.copyOf(losses, 2), losses(target, form, 2));
    }

    /** What the first page says, when the training goes to the end. */
    @Test
    void unseenDatesAreAnswered() {
        Target target = TestTargets.list().getLast();
        DateTraining training = new DateTraining(target, 1, STEPS == 0 ? DateTraining.BATCH : DateTraining.QUESTIONS);
        List<TrainingResult> results = new ArrayList<>();
        int[] done = new int[1];
        for (Form form : Form.values()) {
            results.add(training.train(form, Math.max(2, STEPS), step -> done[0] = step));
            assertEquals(Math.max(2, STEPS), done[0]);
            TrainingResult result = results.getLast();
            System.out.printf(Locale.ROOT, "%s: %d weights, loss %.4f, %.1f %% right, %.0f s%n", result.form(),
                    result.weights(), result.loss(), 100 * result.right(), result.seconds());
        }
        assertEquals(128, results.get(0).cached());
        assertEquals(24, results.get(1).cached());
        String svg = LossCurve.svg(results);
        assertEquals(2, svg.split("<polyline", -1).length - 1, svg);
        assertTrue(svg.contains("latent: ") && svg.endsWith("</svg>\n"), svg);
        assertThrows(ConfigurationException.class, () -> training.train(Form.PAPER, 0, step -> done[0] = step));
        assertThrows(ConfigurationException.class, () -> new DateTraining(target, 1, 33));
        if (STEPS >= DateTraining.STEPS) {
            assertTrue(results.get(0).right() > 0.95, "paper: " + results.get(0).right());
            assertTrue(results.get(1).right() > results.get(0).right() - 0.02, "latent: " + results.get(1).right());
        }
    }
}
