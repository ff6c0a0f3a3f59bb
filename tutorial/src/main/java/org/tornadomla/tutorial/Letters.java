package org.tornadomla.tutorial;

import org.tornadomla.error.ShapeException;

/** Letters and their numbers: 0 is no letter, 1 the start of an answer. */
final class Letters {

    static final int NONE = 0;
    static final int START = 1;

    private static final String ALL = Dates.letters();

    private Letters() {
    }

    /** How many numbers there are. */
    static int count() {
        return ALL.length() + 2;
    }

    // page: letters
    static int id(char letter) {
        int at = ALL.indexOf(letter);
        if (at < 0) {
            throw new ShapeException("the letter " + letter + " is in no date; known are " + ALL);
        }
        return at + 2;
    }

    static String letter(int id) {
        return id < 2 ? "?" : ALL.substring(id - 2, id - 1);
    }
    // end
}
