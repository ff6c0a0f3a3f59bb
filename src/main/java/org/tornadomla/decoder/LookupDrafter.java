package org.tornadomla.decoder;

/**
 * Guesses that a text goes on as it did before: finds the latest place where its last tokens stand already, as many of
 * them as it can, and takes what followed there, no more tokens than agreed. A place near the end may repeat itself, so
 * what it takes goes on around.
 */
final class LookupDrafter implements Drafter {

    /** Of that many tokens in common a place is as good as of more. */
    private static final int LONGEST = 8;
    /** One token alone stands anywhere, and what follows it is no guess worth a row. */
    private static final int SHORTEST = 2;

    @Override
    public int[] draft(RunningText text, int most) {
        Generation generation = text.generation();
        return draft(generation.tokens(0, generation.length()), most);
    }

    /** The guess for a text of token ids. */
    static int[] draft(int[] ids, int most) {
        int best = 0;
        int common = SHORTEST - 1;
        for (int end = ids.length - 1; end >= SHORTEST && common < LONGEST; end--) {
            int length = common(ids, end);
            if (length > common) {
                common = length;
                best = end;
            }
        }
        if (best == 0) {
            return new int[0];
        }
        int[] draft = new int[Math.min(most, common)];
        for (int i = 0; i < draft.length; i++) {
            int from = best + i;
            draft[i] = from < ids.length ? ids[from] : draft[from - ids.length];
        }
        return draft;
    }

    /** How many tokens before a place are those before the end. */
    private static int common(int[] ids, int end) {
        int length = 0;
        while (length < LONGEST && length < end && ids[end - 1 - length] == ids[ids.length - 1 - length]) {
            length++;
        }
        return length;
    }
}
