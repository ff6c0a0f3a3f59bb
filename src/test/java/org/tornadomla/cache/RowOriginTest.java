package org.tornadomla.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;

/** What shapes rows, as a text that a snapshot carries, and the first thing in which two of them differ. */
class RowOriginTest {

    private record Inner(int width) {
    }

    private record Outer(String name, Inner inner, Object nothing) {
    }

    private static String text(RowOrigin origin) {
        return new String(origin.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void recordsAreWrittenByTheirComponents() {
        RowOrigin origin = RowOrigin.NONE.with("scale", 0.5).with("a", new Outer("x\ny", new Inner(3), null));
        assertEquals("a.inner.width=3\na.name=x y\na.nothing=none\nscale=0.5\n", text(origin));
        assertEquals("", text(RowOrigin.NONE));
    }

    @Test
    void aTextIsReadAgain() {
        RowOrigin origin = RowOrigin.NONE.with("a", 1).with("formula", "x=y=z");
        RowOrigin read = RowOrigin.parse(origin.bytes());
        assertEquals(origin, read);
        assertEquals(origin.hashCode(), read.hashCode());
        assertEquals("{a=1, formula=x=y=z}", read.toString());
        assertEquals("word=word\n", text(RowOrigin.parse("word".getBytes(StandardCharsets.UTF_8))));
        assertEquals("=x\n", text(RowOrigin.parse("=x".getBytes(StandardCharsets.UTF_8))));
        assertNotEquals(origin, origin.with("a", 2));
        assertNotEquals(origin, (Object) "a text");
    }

    @Test
    void theFirstDifferenceIsToldWithBothValues() {
        RowOrigin origin = RowOrigin.NONE.with("b", 1).with("c", 2);
        assertEquals(Optional.empty(), origin.difference(RowOrigin.NONE.with("c", 2).with("b", 1)));
        assertEquals(Optional.of("c is '2', expected is '3'"), origin.difference(origin.with("c", 3)));
        assertEquals(Optional.of("a is 'not given', expected is '0'"), origin.difference(origin.with("a", 0)));
        assertEquals(Optional.of("b is '1', expected is 'not given'"), origin.difference(RowOrigin.NONE.with("c", 2)));
    }

    @Test
    void aTextHasALongestLength() {
        String most = "x".repeat(RowOrigin.MAX_BYTES - "n=\n".length());
        assertEquals(RowOrigin.MAX_BYTES, RowOrigin.NONE.with("n", most).bytes().length);
        assertEquals("what shapes the rows takes 16385 bytes as a text, allowed are 16384",
                assertThrows(ConfigurationException.class, () -> RowOrigin.NONE.with("n", most + "x")).getMessage());
    }

    @Test
    void rowsHaveAWidestPart() {
        assertEquals(RowLayout.MAX_WIDTH, new RowLayout(RowLayout.MAX_WIDTH, RowLayout.MAX_WIDTH).kvLoraRank());
        assertThrows(ConfigurationException.class, () -> new RowLayout(1, RowLayout.MAX_WIDTH + 1));
    }
}
