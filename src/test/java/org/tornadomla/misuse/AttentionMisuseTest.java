package org.tornadomla.misuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tornadomla.attention.AttentionBuilder;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.attention.Mask;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.cache.CacheStatistics;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

/**
 * Wrong calls of the attention module: each has its exception, which says what was given and what is allowed, and
 * changes nothing.
 */
class AttentionMisuseTest {

    private static final MlaConfig CONFIG = MlaConfig.builder().hiddenSize(8).numHeads(2).kvLoraRank(6).qkNopeHeadDim(5)
            .qkRopeHeadDim(4).vHeadDim(3).build();
    private static final int LONGEST = 12;

    private MultiHeadLatentAttention mla;
    private CachedSequence sequence;

    private static AttentionBuilder builder() {
        return MultiHeadLatentAttention.builder(CONFIG).seed(1).target(TestTargets.list().getFirst()).cacheTokens(16)
                .pageTokens(4).maxSequenceTokens(LONGEST).roundTokens(8).maskFloats(64);
    }

    private static Tokens tokens(int batch, int count) {
        return Tokens.of(batch, count, Seeds.normal(2, batch * count * CONFIG.hiddenSize()));
    }

    @BeforeEach
    void openASequenceOfThree() {
        mla = builder().build();
        sequence = mla.open();
        mla.append(sequence, tokens(1, 3));
    }

    @AfterEach
    void close() {
        mla.close();
    }

    /** Asserts the refusal, its words, that the cache is as before and that the module still works. */
    private void refused(Class<? extends MlaException> type, Executable call, String... words) {
        CacheStatistics before = mla.cache().statistics();
        int length = sequence.length();
        float[] rows = mla.cache().rows(sequence, 0);
        says(assertThrows(type, call), words);
        assertEquals(before, mla.cache().statistics());
        assertEquals(length, sequence.length());
        assertArrayEquals(rows, mla.cache().rows(sequence, 0));
        mla.append(sequence, tokens(1, 1));
        mla.cache().truncate(sequence, length);
    }

    private static void says(MlaException refusal, String... words) {
        for (String word : words) {
            assertTrue(refusal.getMessage().contains(word),
                    () -> "\"" + refusal.getMessage() + "\" does not say " + word);
        }
    }

    @Test
    void tokensOfAnotherWidth() {
        refused(ShapeException.class, () -> mla.append(sequence, Tokens.of(1, 2, new float[14])), "7",
                "hidden_size is 8");
        refused(ShapeException.class, () -> mla.forward(Tokens.of(1, 1, new float[16])), "16", "hidden_size is 8");
        refused(ShapeException.class, () -> mla.forward(tokens(1, 1), Tokens.of(1, 1, new float[9])), "9",
                "hidden_size is 8");
        refused(ShapeException.class, () -> mla.ask(List.of(sequence), Tokens.of(1, 1, new float[4])), "4",
                "hidden_size is 8");
    }

    @Test
    void tokensThatDoNotFitTheirShape() {
        says(assertThrows(ShapeException.class, () -> Tokens.of(2, 3, new float[7])), "[2, 3", "7");
        says(assertThrows(ShapeException.class, () -> Tokens.of(0, 1, new float[8])), "[0, 1");
        says(assertThrows(ShapeException.class, () -> Tokens.of(1, 1, null)), "no values");
        says(assertThrows(ShapeException.class, () -> tokens(2, 3).withLengths(1)), "1", "2");
        says(assertThrows(ShapeException.class, () -> tokens(2, 3).withLengths(1, -1)), "row 1", "-1", "0 to 3");
        says(assertThrows(ShapeException.class, () -> tokens(2, 3).withLengths(4, 1)), "row 0", "4", "0 to 3");
        says(assertThrows(ShapeException.class, () -> tokens(2, 3).withPositions(1, 2, 3)), "3", "2 x 3");
        says(assertThrows(ShapeException.class, () -> tokens(1, 1).withWindow(-1)), "-1", "0");
    }

    @Test
    void batchOfAnotherSizeThanItsSequences() {
        refused(ShapeException.class, () -> mla.append(List.of(sequence), tokens(2, 1)), "2", "1");
        refused(ShapeException.class, () -> mla.append(List.of(), tokens(1, 1)), "1", "0");
        refused(ShapeException.class, () -> mla.forward(tokens(2, 1), tokens(3, 1)), "2", "3");
    }

    @Test
    void positionsBeyondTheTables() {
        refused(ShapeException.class, () -> mla.append(sequence, tokens(1, 2).withPositions(0, LONGEST)), "12",
                "0 to 11");
        refused(ShapeException.class, () -> mla.append(sequence, tokens(1, 1).withPositions(-1)), "-1", "0 to 11");
        refused(ShapeException.class, () -> mla.ask(List.of(sequence), tokens(1, LONGEST + 1)), "13", "11");
    }

    /** What stands behind a row's length is never read, its position neither. */
    @Test
    void positionsOfPaddingMayBeAnything() {
        mla.append(sequence, tokens(1, 2).withLengths(1).withPositions(3, -7));
        assertEquals(4, sequence.length());
    }

    @Test
    void sequenceBeyondItsLargestLength() {
        refused(CacheException.class, () -> mla.append(sequence, tokens(1, 10)), "10", "9");
        try (MultiHeadLatentAttention few = builder().positions(4).build(); CachedSequence longer = few.open()) {
            few.append(longer, tokens(1, 3));
            CacheStatistics before = few.cache().statistics();
            says(assertThrows(ShapeException.class, () -> few.append(longer, tokens(1, 2))), "5", "3");
            assertEquals(before, few.cache().statistics());
        }
    }

    @Test
    void fullCache() {
        CachedSequence other = mla.open();
        mla.append(other, tokens(1, 8));
        refused(CacheFullException.class, () -> mla.append(List.of(sequence, other), tokens(2, 2)), "pages");
        refused(CacheFullException.class, () -> mla.forward(tokens(1, 9)), "pages");
        assertEquals(8, other.length());
    }

    @Test
    void masksOfAnotherShape() {
        refused(ShapeException.class, () -> mla.forward(tokens(1, 2).withMask(new Mask(1, 1, 3, 2, new float[6]))),
                "[1, 1, 3, 2]", "2, keys]");
        refused(ShapeException.class, () -> mla.forward(tokens(3, 2).withMask(new Mask(2, 1, 2, 2, new float[8]))),
                "[2, 1, 2, 2]", "1 or 3");
        refused(ShapeException.class, () -> mla.forward(tokens(1, 2).withMask(new Mask(1, 3, 2, 2, new float[12]))),
                "[1, 3, 2, 2]", "1 or 2");
        refused(ShapeException.class,
                () -> mla.append(sequence, tokens(1, 2).withMask(new Mask(1, 1, 2, 4, new float[8]))), "4 keys", "5");
        refused(ShapeException.class,
                () -> mla.ask(List.of(sequence), tokens(1, 1).withMask(new Mask(1, 1, 1, 2, new float[2]))), "2 keys",
                "3");
        refused(ShapeException.class, () -> mla.forward(tokens(1, 1).withMask(new Mask(1, 2, 1, 33, new float[66]))),
                "33", "64", "maskFloats");
    }

    @Test
    void masksThatAreNoMasks() {
        says(assertThrows(ShapeException.class, () -> new Mask(1, 1, 2, 2, new float[3])), "[1, 1, 2, 2]", "4", "3");
        says(assertThrows(ShapeException.class, () -> new Mask(1, 1, 1, 2, new float[]{0, Float.NaN})), "1", "NaN");
        says(assertThrows(ShapeException.class, () -> new Mask(1, 1, 1, 1, new float[]{Float.POSITIVE_INFINITY})),
                "Infinity");
        says(assertThrows(ShapeException.class, () -> new Mask(1, 0, 1, 1, new float[0])), "[1, 0, 1, 1]");
    }

    @Test
    void sequencesThatAreClosedForeignOrNamedTwice() {
        CachedSequence closed = mla.open();
        closed.close();
        refused(CacheException.class, () -> mla.append(closed, tokens(1, 1)), "closed");
        refused(CacheException.class, () -> mla.append(List.of(sequence, closed), tokens(2, 1)), "closed");
        refused(CacheException.class, () -> mla.ask(List.of(closed), tokens(1, 1)), "closed");
        refused(CacheException.class, () -> mla.append(List.of(sequence, sequence), tokens(2, 1)), "twice");
        try (MultiHeadLatentAttention other = builder().build(); CachedSequence foreign = other.open()) {
            refused(CacheException.class, () -> mla.append(foreign, tokens(1, 1)), "another cache");
            refused(CacheException.class, () -> mla.ask(List.of(foreign), tokens(1, 1)), "another cache");
        }
    }

    @Test
    void closedModule() {
        mla.close();
        says(assertThrows(CacheException.class, () -> mla.append(sequence, tokens(1, 1))), "closed");
        says(assertThrows(CacheException.class, () -> mla.forward(tokens(1, 1))), "closed");
        says(assertThrows(CacheException.class, () -> mla.ask(List.of(sequence), tokens(1, 1))), "closed");
        says(assertThrows(CacheException.class, mla::open), "closed");
        mla.close();
    }

    @Test
    void buildersThatDoNotAddUp() {
        says(assertThrows(ConfigurationException.class, () -> MultiHeadLatentAttention.builder(CONFIG).build()),
                "weights");
        says(assertThrows(ConfigurationException.class,
                () -> builder().mode(AttentionMode.EXPANDED).expandedKeys(0).build()), "EXPANDED", "expandedKeys");
        for (Executable build : List.<Executable>of(() -> builder().roundTokens(0).build(),
                () -> builder().batch(-1).build(), () -> builder().cacheTokens(0).build(),
                () -> builder().pageTokens(0).build(), () -> builder().expandedKeys(-1).build(),
                () -> builder().maskFloats(-1).build(), () -> builder().positions(-1).build(),
                () -> builder().maxSequenceTokens(-1).build())) {
            says(assertThrows(MlaException.class, build), "must be");
        }
    }

    @Test
    void weightsOfAnotherShape() {
        Matrix wrong = Matrix.of(2, 3, new float[6]);
        MlaWeights weights = new MlaWeights(wrong, null, null, null, null, wrong, null, null, wrong, wrong, null);
        says(assertThrows(ShapeException.class,
                () -> MultiHeadLatentAttention.builder(CONFIG).weights(weights).build()), "q_proj.weight", "[2, 3]",
                "[18, 8]");
        says(assertThrows(ShapeException.class, () -> Matrix.of(2, 3, new float[5])), "2 x 3", "5");
    }
}
