package org.tornadomla.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept of a training's losses is read as it was written, or refused. */
class CourseTest {

    @Test
    void lossesAreReadAsTheyWereKept() {
        Course course = Course.read("2.5 2.25", "0:3.0 2:2.75");
        assertEquals(2, course.steps());
        assertEquals(true, course.isRead(2));
        assertEquals(false, course.isRead(1));
        assertEquals(0, Course.read("", "").steps());
    }

    @ParameterizedTest
    @CsvSource({"2.5 x, 0:3.0", "2.5, 0", "2.5, 0:", "2.5, :3.0", "2.5, 0:3:0"})
    void damagedTextsAreRefused(String losses, String heldOut) {
        assertThrows(NumberFormatException.class, () -> Course.read(losses, heldOut));
    }
}
