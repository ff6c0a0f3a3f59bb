package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Brings the rows that experts compute into the order of experts, and of tokens within an expert, so that each expert's
 * weights are read once. The plan of it is one integer array: the number of experts that anyone chose, a record of
 * each, the token of each sorted row, and the sorted row of each choice.
 */
public final class ExpertGrouping {

    /** Number of experts that a token chose. */
    public static final int ACTIVE = 0;
    /** Where the records of active experts begin. */
    public static final int RECORDS = 1;
    /** Length of a record: the expert, its first sorted row, one past its last. */
    public static final int RECORD = 3;

    private ExpertGrouping() {
    }

    /** Length of the array for at most {@code rows} rows. */
    public static int length(int experts, int rows) {
        return placesAt(experts, rows) + rows;
    }

    /** Where the tokens of sorted rows begin. */
    public static int tokensAt(int experts) {
        return RECORDS + experts * RECORD;
    }

    /** Where the sorted rows of choices begin. */
    public static int placesAt(int experts, int rows) {
        return tokensAt(experts) + rows;
    }

    /**
     * Sorts by counting; one work-item, since all of it is one pass over a few hundred numbers.
     *
     * @param chosen   [tokens, perToken] expert numbers. Not modified
     * @param step     counts. Not modified
     * @param experts  number of experts, shared ones included
     * @param perToken experts of a token, shared ones included
     * @param tokensAt where the tokens of sorted rows go
     * @param placesAt where the sorted rows of choices go
     * @param grouping the plan. Modified
     */
    public static void sort(IntArray chosen, IntArray step, int experts, int perToken, int tokensAt, int placesAt,
            IntArray grouping) {
        for (@Parallel
        int one = 0; one < step.get(StepLayout.ONE); one++) {
            int rows = step.get(StepLayout.EXPERT_ROWS);
            int[] next = new int[experts];
            for (int e = 0; e < experts; e++) {
                next[e] = 0;
            }
            for (int i = 0; i < rows; i++) {
                int e = chosen.get(i);
                next[e] = next[e] + 1;
            }
            int active = 0;
            int from = 0;
            for (int e = 0; e < experts; e++) {
                int count = next[e];
                next[e] = from;
                if (count > 0) {
                    int record = RECORDS + active * RECORD;
                    grouping.set(record, e);
                    grouping.set(record + 1, from);
                    grouping.set(record + 2, from + count);
                    active += 1;
                }
                from += count;
            }
            grouping.set(ACTIVE, active);
            for (int i = 0; i < rows; i++) {
                int e = chosen.get(i);
                int place = next[e];
                next[e] = place + 1;
                grouping.set(tokensAt + place, i / perToken);
                grouping.set(placesAt + i, place);
            }
        }
    }
}
