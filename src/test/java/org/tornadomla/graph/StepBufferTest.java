package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.StepLayout;

/** The numbers of a round stand where kernels read them, and a round takes no more than its plan was built for. */
class StepBufferTest {

    private static final int HEADS = LatentAttention.HEADS_AT_ONCE + 1;
    private static final int SPLITS = 2;
    /** A full tile, the rest of its sequence, and one of another. */
    private static final int TOKENS = StepLayout.TILE_TOKENS + 2;

    /** Three sequences of up to four pages, two outputs, four rows to write, two key ranges a token. */
    private final Capacity capacity = Capacity.builder().tokens(TOKENS).sequences(3).outputs(2).writes(4)
            .pages(16, 4, 160).positions(64).splits(SPLITS, SPLITS * TOKENS).build();
    private final StepBuffer step = new StepBuffer(capacity);

    private int[] part(int from, int count) {
        return Arrays.copyOfRange(step.array().toHeapArray(), from, from + count);
    }

    private int header(int place) {
        return step.array().get(place);
    }

    @Test
    void theListsStandBehindOneAnotherAndKernelsAreToldWhere() {
        assertEquals(StepLayout.HEADER, step.tokensAt());
        assertEquals(step.tokensAt() + TOKENS * StepLayout.TOKEN_RECORD, step.writesAt());
        assertEquals(step.writesAt() + 4 * StepLayout.WRITE_RECORD, step.tilesAt());
        assertEquals(step.tilesAt() + TOKENS * StepLayout.TILE_RECORD, step.startsAt());
        assertEquals(step.startsAt() + 3, step.outputsAt());
        assertEquals(step.outputsAt() + TOKENS, step.tablesAt());
        assertEquals(step.tablesAt() + 3 * 4, step.array().getSize());
        assertEquals(step.tokensAt(), header(StepLayout.TOKENS_AT));
        assertEquals(step.writesAt(), header(StepLayout.WRITES_AT));
        assertEquals(step.tablesAt(), header(StepLayout.TABLES_AT));
        assertEquals(4, header(StepLayout.TABLE_LENGTH));
        assertEquals(capacity, step.capacity());
    }

    /** Two sequences: one of more tokens than a tile has, and one that looks at fewer keys than its first. */
    private void fill() {
        assertEquals(0, step.addSequence(new int[]{5, 6, 7}, 40));
        assertEquals(1, step.addSequence(new int[]{9}, 3));
        for (int token = 0; token < StepLayout.TILE_TOKENS + 1; token++) {
            step.addToken(0, 30 + token, 1, 31 + token, 100 * token);
        }
        step.addToken(1, 2, 8, 3, 7);
        step.addWrite(17, 0, 30);
        step.addCopy(4, 18);
        step.addOutput(StepLayout.TILE_TOKENS + 1);
    }

    @Test
    void sequencesTokensRowsAndOutputsAreRecorded() {
        fill();
        int last = StepLayout.TILE_TOKENS + 1;
        step.setTokenId(last, 77);
        assertArrayEquals(new int[]{5, 6, 7, 0, 9, 0, 0, 0}, part(step.tablesAt(), 8));
        assertArrayEquals(new int[]{0, 40}, part(step.startsAt(), 2),
                "keys of the second are behind those of the first");
        assertArrayEquals(new int[]{0, 31, 1, 32, 100, 0, 0},
                part(step.tokensAt() + StepLayout.TOKEN_RECORD, StepLayout.TOKEN_RECORD));
        assertArrayEquals(new int[]{1, 2, 3, 3, 7, 40, 77},
                part(step.tokensAt() + last * StepLayout.TOKEN_RECORD, StepLayout.TOKEN_RECORD),
                "one that sees no key begins where it ends");
        assertArrayEquals(new int[]{17, 0, 30, 18, -5, 0}, part(step.writesAt(), 2 * StepLayout.WRITE_RECORD));
        assertEquals(last, part(step.outputsAt(), 1)[0]);
        assertEquals(last + 1, step.tokens());
        assertEquals(1, step.outputs());
        assertEquals(43, step.expandedKeys());
    }

    @Test
    void aFinishedRoundHasItsCounts() {
        fill();
        int tokens = TOKENS;
        step.finish(HEADS, SPLITS, tokens + 5, true, 1000);
        assertEquals(tokens, header(StepLayout.TOKENS));
        assertEquals(2, header(StepLayout.WRITES));
        assertEquals(SPLITS, header(StepLayout.SPLITS));
        assertEquals(tokens * SPLITS, header(StepLayout.SPLIT_UNITS));
        assertEquals(tokens * HEADS, header(StepLayout.HEAD_ROWS));
        assertEquals(tokens * 2, header(StepLayout.HEAD_GROUPS), "one head more than a group has");
        assertEquals(43, header(StepLayout.EXPANDED_KEYS));
        assertEquals(tokens + 5, header(StepLayout.CONTEXT_TOKENS));
        assertEquals(tokens + 5, header(StepLayout.PROJECTED_TOKENS));
        assertEquals(1000, header(StepLayout.MASK_HEAD_STRIDE));
        assertEquals(1, header(StepLayout.MASKED));
        assertEquals(1, header(StepLayout.OUTPUT_ROWS));
        assertEquals(1, header(StepLayout.ONE));
        assertEquals(tokens, header(StepLayout.ABSORBED_TOKENS));
        assertArrayEquals(new int[]{0, 40, Integer.MAX_VALUE}, part(step.startsAt(), 3), "no key belongs to a third");
        step.setExpertsPerToken(3);
        assertEquals(3 * tokens, header(StepLayout.EXPERT_ROWS));
        step.expandedOnly();
        assertEquals(0, header(StepLayout.ABSORBED_TOKENS));
        step.setCandidates(6);
        assertEquals(6, header(StepLayout.CANDIDATES));
        step.finish(HEADS, SPLITS, 1, false, 0);
        assertEquals(0, header(StepLayout.CANDIDATES), "logits again");
        assertEquals(0, header(StepLayout.MASKED));
        assertEquals(tokens, header(StepLayout.PROJECTED_TOKENS));
    }

    /** A tile is full or ends with its sequence. */
    @Test
    void tilesHoldTokensOfOneSequence() {
        fill();
        step.finish(HEADS, SPLITS, 1, false, 0);
        assertEquals(3 * HEADS, header(StepLayout.TILE_UNITS));
        int full = StepLayout.TILE_TOKENS;
        assertArrayEquals(new int[]{0, full, full, 1, full + 1, 1}, part(step.tilesAt(), 6));
    }

    @Test
    void theNextRoundBeginsWithNothing() {
        fill();
        step.clear();
        assertEquals(0, step.tokens());
        assertEquals(0, step.outputs());
        assertEquals(0, step.expandedKeys());
        assertEquals(0, step.addSequence(new int[]{3}, 1));
        step.addToken(0, 4, 0, 5, 0);
        step.addWrite(50, 1, 2);
        step.finish(1, 1, 0, false, 0);
        assertEquals(1, header(StepLayout.WRITES));
        assertEquals(0, header(StepLayout.OUTPUT_ROWS));
        assertArrayEquals(new int[]{0, Integer.MAX_VALUE, Integer.MAX_VALUE}, part(step.startsAt(), 3));
        assertEquals(50, part(step.writesAt(), 1)[0]);
    }

    @Test
    void aRoundTakesWhatItsPlanWasBuiltForAndNoMore() {
        for (int i = 0; i < 3; i++) {
            step.addSequence(new int[]{1, 2, 3, 4}, 1);
        }
        assertRefused("sequences in one round: 4, the plan was built for at most 3",
                () -> step.addSequence(new int[0], 1));
        for (int i = 0; i < TOKENS; i++) {
            step.addToken(0, i, 0, 1, 0);
        }
        assertRefused("tokens in one round: " + (TOKENS + 1) + ", the plan was built for at most " + TOKENS,
                () -> step.addToken(0, 0, 0, 1, 0));
        for (int i = 0; i < 4; i++) {
            step.addWrite(i, i, i);
        }
        assertRefused("rows to write in one round: 5, the plan was built for at most 4", () -> step.addCopy(0, 1));
        step.addOutput(0);
        step.addOutput(9);
        assertRefused("output rows in one round: 3, the plan was built for at most 2", () -> step.addOutput(1));
        step.finish(1, SPLITS, TOKENS, false, 0);
        assertRefused("key ranges of all tokens in one round: " + 3 * TOKENS + ", the plan was built for at most "
                + 2 * TOKENS, () -> step.finish(1, SPLITS + 1, TOKENS, false, 0));
        step.clear();
        assertRefused("pages of a sequence in one round: 5, the plan was built for at most 4",
                () -> step.addSequence(new int[5], 1));
        assertEquals(TOKENS, header(StepLayout.TOKENS), "what was refused has changed nothing");
    }

    @Test
    void tablesThatNoArrayHoldsAreRefused() {
        Capacity vast = Capacity.builder().tokens(1).sequences(1 << 20).pages(16, 1 << 12, 16).positions(1).build();
        String message = assertThrows(ConfigurationException.class, () -> new StepBuffer(vast)).getMessage();
        assertEquals("block tables of 1048576 sequences of 4096 pages do not fit one array; use larger pages", message);
    }

    private static void assertRefused(String message, Executable call) {
        String said = assertThrows(ShapeException.class, call).getMessage();
        assertTrue(said.equals(message), said);
    }
}
