package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Where the rows of tokens stand in the pool, and which of them a work-item attends to, inlined into the kernels that
 * read it. The host's side of it is in the cache package.
 */
final class Slots {

    private Slots() {
    }

    /**
     * The slot of a token.
     *
     * @param step       holds block tables. Not modified
     * @param table      where the block table of the token's sequence begins
     * @param key        position of the token in its sequence
     * @param pageTokens tokens of a page
     */
    static int of(IntArray step, int table, int key, int pageTokens) {
        int page = key / pageTokens;
        return step.get(table + page) * pageTokens + key - page * pageTokens;
    }

    /**
     * The slot of an expanded key.
     *
     * @param step      where each sequence's keys begin among the expanded ones, and block tables. Not modified
     * @param startsAt  where those beginnings stand, one a sequence of the batch
     * @param sequences sequences of the batch
     * @param expanded  number of the key
     */
    static int ofExpanded(IntArray step, int startsAt, int sequences, int tablesAt, int tableLength, int pageTokens,
            int expanded) {
        int sequence = 0;
        int start = 0;
        for (int s = 1; s < sequences; s++) {
            if (expanded >= step.get(startsAt + s)) {
                sequence = s;
                start = step.get(startsAt + s);
            }
        }
        return of(step, tablesAt + sequence * tableLength, expanded - start, pageTokens);
    }

    /** The record of the token that a unit of absorbed attention is about. */
    static int record(IntArray step, int tokensAt, int unit) {
        return tokensAt + Groups.quotient(unit, step.get(StepLayout.SPLITS)) * StepLayout.TOKEN_RECORD;
    }

    /** Where the block table of a token's sequence begins. */
    static int table(IntArray step, int record, int tablesAt, int tableLength) {
        return tablesAt + step.get(record + StepLayout.TOKEN_SEQUENCE) * tableLength;
    }

    /** The first key of a unit's range. */
    static int begin(IntArray step, int record, int unit) {
        int splits = step.get(StepLayout.SPLITS);
        return step.get(record + StepLayout.TOKEN_FROM)
                + (unit - Groups.quotient(unit, splits) * splits) * share(step, record);
    }

    /** One past the last key of a unit's range. */
    static int end(IntArray step, int record, int begin) {
        return Math.min(begin + share(step, record), step.get(record + StepLayout.TOKEN_TO));
    }

    /** The first place of a unit's range in the list of its token's chosen keys. */
    static int beginChosen(IntArray step, int record, int unit, int most) {
        int splits = step.get(StepLayout.SPLITS);
        return (unit - Groups.quotient(unit, splits) * splits) * shareChosen(step, record, most);
    }

    /** One past the last place of a unit's range in the list of its token's chosen keys. */
    static int endChosen(IntArray step, int record, int begin, int most) {
        int keys = step.get(record + StepLayout.TOKEN_TO) - step.get(record + StepLayout.TOKEN_FROM);
        return Math.min(begin + shareChosen(step, record, most), Math.min(keys, most));
    }

    /** The first place of a unit's range: among its token's keys or, where {@code most} is not 0, its chosen ones. */
    static int firstPlace(IntArray step, int record, int unit, int most) {
        int place = 0;
        if (most > 0) {
            place = beginChosen(step, record, unit, most);
        } else {
            place = begin(step, record, unit);
        }
        return place;
    }

    /** One past the last place of a unit's range, which begins as {@link #firstPlace} says. */
    static int lastPlace(IntArray step, int record, int begin, int most) {
        int place = 0;
        if (most > 0) {
            place = endChosen(step, record, begin, most);
        } else {
            place = end(step, record, begin);
        }
        return place;
    }

    /**
     * The key at a place of a unit's range.
     *
     * @param at   where the token's chosen keys begin
     * @param most most chosen keys of a token; 0 where all are attended to
     */
    static int key(IntArray chosen, int at, int most, int place) {
        int key = place;
        if (most > 0) {
            key = chosen.get(at + place);
        }
        return key;
    }

    private static int shareChosen(IntArray step, int record, int most) {
        int keys = step.get(record + StepLayout.TOKEN_TO) - step.get(record + StepLayout.TOKEN_FROM);
        return Groups.quotient(Math.min(keys, most) + step.get(StepLayout.SPLITS) - 1, step.get(StepLayout.SPLITS));
    }

    private static int share(IntArray step, int record) {
        int keys = step.get(record + StepLayout.TOKEN_TO) - step.get(record + StepLayout.TOKEN_FROM);
        return Groups.quotient(keys + step.get(StepLayout.SPLITS) - 1, step.get(StepLayout.SPLITS));
    }
}
