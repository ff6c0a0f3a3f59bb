package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a sampler needs of a row of logits to choose as from all of them: the largest ones, where it is greedy or keeps
 * only the top k. A device finds those, so that the other logits stay there.
 *
 * @param count how many are asked for; 0 where all logits are needed
 * @param known ids that may be chosen; null for all
 */
record Candidates(int count, @Nullable BitSet known) {

    /** All logits are needed. */
    static final Candidates ALL_LOGITS = new Candidates(0, null);

    /** How many a round asks for, so that each of its texts has enough; 0 where one needs all logits, or more. */
    static int together(List<Candidates> needs, int most) {
        int count = needs.stream().mapToInt(Candidates::count).max().orElse(0);
        return count > most || needs.stream().anyMatch(need -> need.count == 0) ? 0 : count;
    }

    /**
     * A row of logits in which all but the largest are excluded. A sampler chooses from it what it chooses from the
     * whole row.
     *
     * @param record what the device found: how many logits are finite, then logits in falling order, of equal ones the
     *                   first, each with its id behind it
     * @param asked  how many it was asked for
     * @param logits length of a row
     * @return null where the record is not enough, and the whole row is needed: a logit is not finite, too few of the
     *         candidates may be chosen, or others may be equal to the last that counts
     */
    float @Nullable [] row(float[] record, int asked, int logits) {
        int found = Math.min(asked, logits);
        if (record[0] != logits) {
            return null;
        }
        int mayBeChosen = 0;
        float last = 0;
        float[] row = new float[logits];
        Arrays.fill(row, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < found; i++) {
            float logit = record[1 + 2 * i];
            int id = (int) record[2 + 2 * i];
            row[id] = logit;
            if (mayBeChosen < keeps() && (known == null || known.get(id))) {
                mayBeChosen++;
                last = logit;
            }
        }
        boolean complete = found == logits || mayBeChosen == keeps() && (count == 1 || last > record[2 * found - 1]);
        return complete ? row : null;
    }

    /** How many a sampler keeps: one less than it asks for, unless it is greedy. */
    private int keeps() {
        return Math.max(1, count - 1);
    }
}
