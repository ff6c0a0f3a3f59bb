package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void bytesHaveThreeDigitsAndTheNearestUnit() {
        assertEquals("0 B", Text.bytes(0));
        assertEquals("1023 B", Text.bytes(1023));
        assertEquals("1.00 KiB", Text.bytes(1024));
        assertEquals("1.50 KiB", Text.bytes(1536));
        assertEquals("10.0 KiB", Text.bytes(10_236));
        assertEquals("100 KiB", Text.bytes(102_400));
        assertEquals("1023 KiB", Text.bytes(1023 * 1024));
        assertEquals("1.00 MiB", Text.bytes(1024 * 1024 - 1));
        assertEquals("13.6 MiB", Text.bytes(14_310_592));
        assertEquals("8192 PiB", Text.bytes(Long.MAX_VALUE));
    }

    @Test
    void countsAreInWords() {
        assertEquals("999", Text.count(999));
        assertEquals("3.58 million", Text.count(3_575_000));
        assertEquals("15.7 billion", Text.count(15_706_484_224L));
        assertEquals("671 billion", Text.count(671_026_419_200L));
    }

    @Test
    void timesHaveThreeDigits() {
        assertEquals("0.05 ms", Text.seconds(0.00005));
        assertEquals("12.3 ms", Text.seconds(0.01234));
        assertEquals("1.23 s", Text.seconds(1.234));
        assertEquals("123 s", Text.seconds(123.4));
    }

    @Test
    void tablesAlignTheFirstColumnLeftAndTheOthersRight() {
        assertEquals(String.join(System.lineSeparator(), "part    bytes", "head        1", "layers  1,000", ""),
                Text.table(List.of(List.of("part", "bytes"), List.of("head", "1"), List.of("layers", "1,000"))));
    }
}
