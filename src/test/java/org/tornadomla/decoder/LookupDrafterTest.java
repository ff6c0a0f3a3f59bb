package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** What is guessed of texts that repeat themselves. */
class LookupDrafterTest {

    private static void guesses(int[] expected, int most, int... ids) {
        assertArrayEquals(expected, LookupDrafter.draft(ids, most));
    }

    @Test
    void guessesNothingWithoutTwoTokensThatStoodBefore() {
        guesses(new int[0], 4, 7);
        guesses(new int[0], 4, 1, 2, 3, 4);
        guesses(new int[0], 4, 5, 1, 2, 3, 5);
    }

    @Test
    void takesTheLatestPlaceOfTheMostTokensInCommon() {
        guesses(new int[]{9}, 1, 1, 2, 9, 1, 2);
        guesses(new int[]{8, 1}, 4, 1, 2, 9, 1, 2, 8, 1, 2);
        guesses(new int[]{9, 0, 1}, 4, 0, 1, 2, 9, 0, 1, 5, 1, 2, 8, 0, 1, 2);
    }

    @Test
    void guessesNoMoreThanStoodInCommonOrIsAskedFor() {
        guesses(new int[]{9, 8}, 4, 1, 2, 9, 8, 7, 6, 5, 1, 2);
        guesses(new int[]{9}, 1, 1, 2, 9, 8, 7, 6, 5, 1, 2);
    }

    @Test
    void goesOnAroundWhereThePlaceIsNearTheEnd() {
        guesses(new int[]{1, 1}, 3, 1, 1, 1);
        guesses(new int[]{1, 2, 3, 1}, 4, 1, 2, 3, 1, 2, 3, 1, 2, 3);
    }
}
