package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tornadomla.testing.Seeds;

/** A sampler chooses from a device's candidates what it chooses from all logits, or the whole row is asked for. */
class CandidatesTest {

    private static final int LOGITS = 200;

    private static final List<
            SamplerConfig> CONFIGS = List.of(SamplerConfig.greedy(), new SamplerConfig(0.8, 5, 1, 0, 1, 3),
                    new SamplerConfig(1.3, 7, 0.9, 0.05, 1, 4), new SamplerConfig(1, 1, 1, 0, 1, 5));

    /** What a device leaves of a row; logits come in steps, so that many are equal. */
    private static float[] record(float[] row, int asked) {
        float[] record = new float[1 + 2 * 64];
        record[0] = IntStream.range(0, row.length).filter(i -> Float.isFinite(row[i])).count();
        int[] order = IntStream.range(0, row.length).boxed().sorted(Comparator.comparing((Integer i) -> -row[i]))
                .mapToInt(i -> i).toArray();
        for (int i = 0; i < Math.min(asked, row.length); i++) {
            record[1 + 2 * i] = row[order[i]];
            record[2 + 2 * i] = order[i];
        }
        return record;
    }

    private static float[] logits(int seed, double step) {
        float[] row = Seeds.normal(seed, LOGITS);
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (Math.round(row[i] / step) * step);
        }
        return row;
    }

    @Test
    void choicesAreThoseFromAllLogits() {
        BitSet known = new BitSet();
        IntStream.range(0, LOGITS).filter(id -> id % 7 != 3).forEach(known::set);
        int enough = 0;
        for (@Nullable
        BitSet ids : new BitSet[]{null, known}) {
            for (SamplerConfig config : CONFIGS) {
                Sampler whole = new Sampler(config, ids);
                Sampler few = new Sampler(config, ids);
                for (int seed = 0; seed < 60; seed++) {
                    float[] row = logits(seed, seed % 2 == 0 ? 1e-3 : 0.25);
                    int asked = few.candidates().count() + seed % 3;
                    float[] part = few.candidates().row(record(row, asked), asked, LOGITS);
                    enough += part == null ? 0 : 1;
                    float[] given = part == null ? row : part;
                    assertArrayEquals(whole.probabilities(row), few.probabilities(given), config + ", row " + seed);
                    assertEquals(whole.next(row), few.next(given), config + ", row " + seed);
                }
            }
        }
        assertEquals(true, enough > 200, enough + " rows of candidates were enough");
    }

    @Test
    void rowIsAskedForWhereCandidatesDoNotDo() {
        float[] row = logits(1, 1e-3);
        Candidates greedy = new Sampler(SamplerConfig.greedy()).candidates();
        Candidates topTwo = new Sampler(new SamplerConfig(1, 2, 1, 0, 1, 0)).candidates();
        row[17] = 9;
        assertEquals(9, greedy.row(record(row, 1), 1, LOGITS)[17]);
        row[90] = Float.NaN;
        assertNull(greedy.row(record(row, 1), 1, LOGITS), "a logit is not finite");
        row[90] = 8;
        row[91] = 8;
        assertNull(topTwo.row(record(row, 3), 3, LOGITS), "the second and the third are equal");
        BitSet others = new BitSet();
        others.set(18, LOGITS);
        assertNull(new Candidates(1, others).row(record(row, 1), 1, LOGITS), "the best may not be chosen");
    }

    /** One more than the largest number is no number; issue 12, point 18. */
    @Test
    void theLargestTopKAsksForAll() {
        Candidates most = new Sampler(SamplerConfig.builder().temperature(1).topK(Integer.MAX_VALUE).build())
                .candidates();
        assertEquals(0, Candidates.together(List.of(most), 100));
    }

    @Test
    void allLogitsAreNeededWhereOneTextNeedsThem() {
        Candidates penalty = new Sampler(new SamplerConfig(0, 0, 1, 0, 1.1, 0)).candidates();
        Candidates open = new Sampler(SamplerConfig.sampling(1, 1)).candidates();
        Candidates greedy = new Sampler(SamplerConfig.greedy()).candidates();
        Candidates top = new Sampler(new SamplerConfig(1, 40, 1, 0, 1, 0)).candidates();
        assertEquals(41, Candidates.together(List.of(greedy, top), 64));
        assertEquals(1, Candidates.together(List.of(greedy, greedy), 64));
        assertEquals(0, Candidates.together(List.of(greedy, top), 40), "more than the device finds");
        assertEquals(0, Candidates.together(List.of(greedy, penalty), 64));
        assertEquals(0, Candidates.together(List.of(greedy, open), 64));
    }
}
