package org.tornadomla.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tornadomla.backend.Target;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What a tape refuses, since it would compute something else without a word. */
class TapeRefusalsTest {

    private static final Places WIDTH = Places.plain(5);

    private final Tape tape = new Tape();

    private static Target any() {
        return TestTargets.list().getFirst();
    }

    private static void assertRefused(Class<? extends RuntimeException> by, String saying, Executable work) {
        String message = assertThrows(by, work).getMessage();
        assertTrue(message.contains(saying), message);
    }

    private Tensor input(String name) {
        return tape.input(name, 3, WIDTH, true);
    }

    private Tensor value(String name) {
        return tape.relu(name, input("x_" + name));
    }

    @Test
    void aTensorBecomesOneThingOnce() {
        Tensor x = input("x");
        assertRefused(ConfigurationException.class, "x is an input", () -> tape.result(x));
        assertRefused(ConfigurationException.class, "x is an input", () -> tape.crossEntropy("loss", x));
        Tensor y = value("y");
        tape.crossEntropy("loss", y);
        assertRefused(ConfigurationException.class, "y is the logits of a loss", () -> tape.crossEntropy("more", y));
        assertRefused(ConfigurationException.class, "y is the logits of a loss", () -> tape.result(y));
    }

    @Test
    void aResultThatIsReadWouldLoseItsGradient() {
        Tensor y = value("y");
        tape.result(y);
        tape.result(tape.relu("z", y));
        assertRefused(ConfigurationException.class, "y is a result", () -> tape.plan(any()));
    }

    @Test
    void logitsOfAMixtureAreReadByNothingElse() {
        MixtureShape shape = new MixtureShape(4, 2, 3, 1, 1, false, 1, 0);
        Tensor x = input("x");
        Parameter router = tape.parameter("router", Places.plain(4), WIDTH);
        Tensor logits = tape.linear("logits", x, router, null);
        Parameter gate = tape.parameter("gate", Places.blocks(4, 3), WIDTH);
        Parameter up = tape.parameter("up", Places.blocks(4, 3), WIDTH);
        Parameter down = tape.parameter("down", Places.blocks(4, 5), Places.plain(3));
        List<Parameter> turned = List.of(gate, down, up);
        assertRefused(ShapeException.class, "down is [20, 3]", () -> tape.mixture("y", x, logits, shape, turned));
        Tensor wide = tape.linear("wide", x, tape.parameter("w", Places.plain(3), WIDTH), null);
        List<Parameter> right = List.of(gate, up, down);
        assertRefused(ShapeException.class, "wide [16, 3]", () -> tape.mixture("y", x, wide, shape, right));
        tape.result(tape.mixture("y", x, logits, shape, right).y());
        tape.result(tape.relu("again", logits));
        tape.result(wide);
        assertRefused(ConfigurationException.class, "logits is written by two", () -> tape.plan(any()));
    }

    @Test
    void whatNothingUsesHasNoGradient() {
        Tensor y = value("y");
        tape.relu("lost", y);
        tape.result(tape.relu("z", y));
        assertRefused(ConfigurationException.class, "lost is a value", () -> tape.plan(any()));
    }

    @Test
    void numbersAtOtherPlacesDoNotMeet() {
        Tensor x = input("x");
        Places halves = Places.parts(5, 1);
        assertRefused(ShapeException.class, "same Places",
                () -> tape.linear("y", x, tape.parameter("a", WIDTH, halves), null));
        assertRefused(ShapeException.class, "same Places", () -> tape.add("y", x, tape.input("h", 3, halves, true)));
        assertRefused(ShapeException.class, "as many rows", () -> tape.add("y", x, tape.input("l", 17, WIDTH, true)));
        Parameter square = tape.parameter("b", WIDTH, WIDTH);
        Parameter narrow = tape.vector("c", Places.plain(4));
        assertRefused(ShapeException.class, "c [1, 4]", () -> tape.linear("y", x, square, narrow));
        assertRefused(ShapeException.class, "c [1, 4]", () -> tape.rmsNorm("y", x, narrow, 1e-6, 1));
        assertRefused(ShapeException.class, "c [1, 4]",
                () -> tape.layerNorm("y", x, tape.vector("d", WIDTH), narrow, 1e-6));
        assertRefused(ShapeException.class, "b [64, 5]", () -> tape.rmsNorm("y", x, square, 1e-6, 1));
        assertRefused(ShapeException.class, "7 ids", () -> tape.embedding("y", square, new IntArray(7), 1));
        assertEquals(16, tape.input("one", 1, WIDTH, true).rows(), "rows of an input come 16 at a time");
    }

    @Test
    void attentionTakesWhatFits() {
        AttentionHeads heads = new AttentionHeads(2, 5, 4, 3, 1, 2);
        Tensor q = tape.input("q", 32, heads.queries(), true);
        Tensor kv = tape.input("kv", 64, heads.keys(), true);
        Tensor kr = tape.input("kr", 64, Places.plain(4), true);
        IntArray spans = tape.integers("spans", 64);
        assertRefused(ShapeException.class, "rotary part of 4 floats needs",
                () -> tape.attention("o", heads, q, kv, null, spans));
        assertRefused(ShapeException.class, "18 numbers in 4, see",
                () -> tape.attention("o", heads, kv, kv, kr, spans));
        assertRefused(ShapeException.class, "rotary keys q", () -> tape.attention("o", heads, q, kv, q, spans));
        Tensor odd = tape.input("odd", 48, heads.queries(), true);
        assertRefused(ShapeException.class, "among 2 sequences", () -> tape.attention("o", heads, odd, kv, kr, spans));
        assertRefused(ShapeException.class, "32 numbers of spans",
                () -> tape.attention("o", heads, q, kv, kr, tape.integers("few", 32)));
    }

    @Test
    void rowsAreTurnedBeforeTheyAreRead() {
        RotaryTables tables = tape.rotaryTables("t", RopeConfig.plain(100, RopeLayout.NEIGHBOURS), 4, 9, 3);
        Tensor read = value("read");
        tape.result(tape.relu("reader", read));
        assertRefused(ConfigurationException.class, "read is turned in place",
                () -> tape.rotary(read, tables, 1, 1, 0));
        Tensor x = input("x");
        assertRefused(ConfigurationException.class, "x is turned in place", () -> tape.rotary(x, tables, 1, 1, 0));
        Tensor y = value("y");
        assertRefused(ShapeException.class, "2 heads end at vector 2 of 1", () -> tape.rotary(y, tables, 2, 1, 0));
        tape.rotary(y, tables, 1, 1, 0);
        tape.result(tape.add("sum", y, x));
        try (TrainingPlan plan = tape.plan(any())) {
            plan.forward();
            tables.positions().set(2, 9);
            assertRefused(ShapeException.class, "position 9 of row 2 must be 0 to 8", plan::forward);
        }
    }

    @Test
    void numbersOfTheHostAreInRange() {
        IntArray ids = tape.integers("ids", 3);
        AttentionHeads heads = new AttentionHeads(1, 5, 0, 5, 1, 1);
        Tensor x = tape.embedding("x", tape.parameter("table", Places.plain(7), heads.queries()), ids, 1);
        Tensor kv = tape.linear("kv", x, tape.parameter("w_kv", heads.keys(), heads.queries()), null);
        IntArray spans = tape.integers("spans", 32);
        CrossEntropyLoss loss = tape.crossEntropy("loss", tape.attention("o", heads, x, kv, null, spans));
        assertRefused(ShapeException.class, "class 5", () -> loss.set(0, 5, 1));
        assertRefused(ShapeException.class, "row 16", () -> loss.set(16, 1, 1));
        assertRefused(ShapeException.class, "row -1", () -> loss.set(-1, 1, 1));
        assertRefused(ShapeException.class, "weight NaN", () -> loss.set(0, 1, Double.NaN));
        loss.set(15, 4, 1);
        try (TrainingPlan plan = tape.plan(any())) {
            ids.set(2, 7);
            assertRefused(ShapeException.class, "id 7 of row 2 must be 0 to 6", plan::forward);
            ids.set(2, 6);
            spans.set(31, 17);
            assertRefused(ShapeException.class, "query row 15 sees keys 0 up to 17", plan::forward);
            spans.set(31, 16);
            plan.forward();
        }
    }

    @Test
    void sizesThatNoIntCountsAreRefused() {
        assertRefused(ShapeException.class, "must be at least 1 and together", () -> Places.parts(1 << 20, 1 << 20));
        assertRefused(ShapeException.class, "must be at least 1 and together", () -> Places.blocks(1 << 16, 1 << 16));
        assertRefused(ShapeException.class, "must be at least 1 and together", () -> Places.plain(-16));
    }

    /** Attention and gates whose operands the host gives without wanting their gradients: the others stay the same. */
    @Test
    void operandsMayHaveNoGradient() {
        assertArrayEquals(gradientOfQueries(true), gradientOfQueries(false));
    }

    private static float[] gradientOfQueries(boolean wanted) {
        Tape tape = new Tape();
        AttentionHeads heads = new AttentionHeads(1, 5, 4, 5, 1, 1);
        Tensor q = tape.input("q", 16, heads.queries(), true);
        Tensor kv = tape.input("kv", 16, heads.keys(), wanted);
        Tensor kr = tape.input("kr", 16, Places.plain(4), wanted);
        IntArray spans = tape.integers("spans", 32);
        for (int row = 0; row < 16; row++) {
            spans.set(2 * row + 1, 16);
        }
        Tensor gate = tape.input("gate", 16, heads.values(), wanted);
        Tensor y = tape.swiGlu("y", gate, tape.attention("o", heads, q, kv, kr, spans));
        tape.result(y);
        try (TrainingPlan plan = tape.plan(any())) {
            plan.set(q, 0, Seeds.normal(1, 16 * 9));
            plan.set(kv, 0, Seeds.normal(2, 16 * 10));
            plan.set(kr, 0, Seeds.normal(3, 16 * 4));
            plan.set(gate, 0, Seeds.normal(4, 16 * 5));
            plan.setGradient(y, 0, Seeds.normal(5, 16 * 5));
            plan.forward();
            plan.backward();
            float[] gradient = plan.gradient(q, 0, 16);
            assertTrue(gradient[0] != 0, "the gradient goes through");
            return gradient;
        }
    }
}
