package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StopStringsTest {

    @Test
    void stopStringOverTwoPiecesIsNotReturned() {
        StopStrings stop = new StopStrings(List.of("\n\nUser:"));
        assertEquals("Hello", stop.accept("Hello\n"));
        assertEquals("", stop.accept("\nUs"));
        assertFalse(stop.stopped());
        assertEquals("", stop.accept("er: more"));
        assertTrue(stop.stopped());
        assertEquals("", stop.accept("text"));
        assertEquals("", stop.finish());
    }

    @Test
    void heldTextIsReturnedWhenItWasNoStopString() {
        StopStrings stop = new StopStrings(List.of("END"));
        assertEquals("a", stop.accept("aEN"));
        assertEquals("ENx", stop.accept("x"));
        assertEquals("", stop.accept("E"));
        assertEquals("E", stop.finish());
        assertFalse(stop.stopped());
    }

    @Test
    void longerOfTwoThatEndTogetherCounts() {
        StopStrings stop = new StopStrings(List.of("b", "ab"));
        assertEquals("x", stop.accept("xab"));
        assertTrue(stop.stopped());
    }

    @Test
    void withoutStopStringsEverythingPasses() {
        StopStrings stop = new StopStrings(List.of());
        assertEquals("any", stop.accept("any"));
        assertEquals("", stop.finish());
    }

    @Test
    void emptyStopStringIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new StopStrings(List.of("a", "")));
    }

    /** However the text is cut, the result is that of a search in the whole text. */
    @Property(tries = 500, seed = "23")
    void resultDoesNotDependOnThePieces(@ForAll("pieces") List<String> pieces, @ForAll("stops") List<String> stops) {
        StopStrings stop = new StopStrings(stops);
        StringBuilder returned = new StringBuilder();
        pieces.forEach(piece -> returned.append(stop.accept(piece)));
        returned.append(stop.finish());
        assertEquals(cut(String.join("", pieces), stops), returned.toString());
    }

    private static String cut(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String read = text.substring(0, end);
            int longest = stops.stream().filter(read::endsWith).mapToInt(String::length).max().orElse(0);
            if (longest > 0) {
                return read.substring(0, end - longest);
            }
        }
        return text;
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.strings().withChars('a', 'b').ofMaxLength(4).list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<String>> stops() {
        return Arbitraries.strings().withChars('a', 'b').ofMinLength(1).ofMaxLength(6).list().ofMaxSize(3);
    }
}
