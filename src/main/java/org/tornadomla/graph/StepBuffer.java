package org.tornadomla.graph;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.StepLayout;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The {@code step} array of a plan: what changes between rounds, laid out as {@link StepLayout} says. The host fills it
 * before a round; it is the only thing besides the input that goes up.
 */
public final class StepBuffer {

    private final Capacity capacity;
    private final int tokensAt;
    private final int writesAt;
    private final int tilesAt;
    private final int startsAt;
    private final int tablesAt;
    private final int outputsAt;
    private final IntArray array;
    private int tokens;
    private int writes;
    private int sequences;
    private int expanded;
    private int outputs;

    /**
     * Allocates an array for a plan.
     *
     * @param capacity the most of everything in one round
     * @throws ConfigurationException when the array would be too long
     */
    public StepBuffer(Capacity capacity) {
        this.capacity = capacity;
        this.tokensAt = StepLayout.HEADER;
        this.writesAt = tokensAt + capacity.tokens() * StepLayout.TOKEN_RECORD;
        this.tilesAt = writesAt + capacity.writes() * StepLayout.WRITE_RECORD;
        this.startsAt = tilesAt + capacity.tokens() * StepLayout.TILE_RECORD;
        this.outputsAt = startsAt + capacity.sequences();
        this.tablesAt = outputsAt + capacity.tokens();
        long length = tablesAt + (long) capacity.sequences() * capacity.tableLength();
        if (length > Integer.MAX_VALUE - 16) {
            throw new ConfigurationException("block tables of " + capacity.sequences() + " sequences of "
                    + capacity.tableLength() + " pages do not fit one array; use larger pages");
        }
        this.array = new IntArray((int) length);
        array.set(StepLayout.TOKENS_AT, tokensAt);
        array.set(StepLayout.WRITES_AT, writesAt);
        array.set(StepLayout.TABLES_AT, tablesAt);
        array.set(StepLayout.TABLE_LENGTH, capacity.tableLength());
    }

    /** The array itself. */
    public IntArray array() {
        return array;
    }

    /** The plan's capacities. */
    public Capacity capacity() {
        return capacity;
    }

    /** Where the token records begin. */
    public int tokensAt() {
        return tokensAt;
    }

    /** Where the write records begin. */
    public int writesAt() {
        return writesAt;
    }

    /** Where the tile records begin. */
    public int tilesAt() {
        return tilesAt;
    }

    /** Where the starts of sequences among the expanded keys begin. */
    public int startsAt() {
        return startsAt;
    }

    /** Where the list of output rows begins. */
    public int outputsAt() {
        return outputsAt;
    }

    /** Where the block tables begin. */
    public int tablesAt() {
        return tablesAt;
    }

    /** Starts a round: nothing in it yet. */
    public void clear() {
        tokens = 0;
        writes = 0;
        sequences = 0;
        expanded = 0;
        outputs = 0;
    }

    /**
     * Adds a sequence with its block table.
     *
     * @param pages page ids in order of positions
     * @param keys  keys of the sequence that this round may see
     * @return the sequence's row in the round
     */
    public int addSequence(int[] pages, int keys) {
        require("sequences", sequences + 1, capacity.sequences());
        require("pages of a sequence", pages.length, capacity.tableLength());
        int table = tablesAt + sequences * capacity.tableLength();
        for (int i = 0; i < pages.length; i++) {
            array.set(table + i, pages[i]);
        }
        array.set(startsAt + sequences, expanded);
        expanded = Math.addExact(expanded, keys);
        return sequences++;
    }

    /**
     * Adds a query token of a sequence; tokens of one sequence follow each other.
     *
     * @param sequence row of the sequence
     * @param position position of the rotation
     * @param from     first key that it sees
     * @param to       one past the last key that it sees
     * @param mask     where its mask row for head 0 begins; key t is at mask + t
     */
    public void addToken(int sequence, int position, int from, int to, int mask) {
        require("tokens", tokens + 1, capacity.tokens());
        int record = tokensAt + tokens * StepLayout.TOKEN_RECORD;
        array.set(record + StepLayout.TOKEN_SEQUENCE, sequence);
        array.set(record + StepLayout.TOKEN_POSITION, position);
        array.set(record + StepLayout.TOKEN_FROM, Math.min(from, to));
        array.set(record + StepLayout.TOKEN_TO, to);
        array.set(record + StepLayout.TOKEN_MASK, mask);
        array.set(record + StepLayout.TOKEN_EXPANDED, array.get(startsAt + sequence));
        tokens++;
    }

    /** Says which word of the vocabulary a token of the round is. */
    public void setTokenId(int token, int id) {
        array.set(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_ID, id);
    }

    /** Says how many experts each token of a finished round passes. */
    public void setExpertsPerToken(int experts) {
        array.set(StepLayout.EXPERT_ROWS, Math.multiplyExact(tokens, experts));
    }

    /**
     * Adds a row to write to the pool.
     *
     * @param slot     row of the pool
     * @param source   row of the projected context
     * @param position position of the rotation
     */
    public void addWrite(int slot, int source, int position) {
        write(slot, source, position);
    }

    /** Adds a row of the pool to copy to another. */
    public void addCopy(int fromSlot, int toSlot) {
        write(toSlot, -1 - fromSlot, 0);
    }

    private void write(int slot, int source, int position) {
        require("rows to write", writes + 1, capacity.writes());
        int record = writesAt + writes * StepLayout.WRITE_RECORD;
        array.set(record + StepLayout.WRITE_SLOT, slot);
        array.set(record + StepLayout.WRITE_SOURCE, source);
        array.set(record + StepLayout.WRITE_POSITION, position);
        writes++;
    }

    /** Asks for the result of a token. */
    public void addOutput(int token) {
        require("output rows", outputs + 1, capacity.outputs());
        array.set(outputsAt + outputs, token);
        outputs++;
    }

    /**
     * Completes the round.
     *
     * @param heads          number of heads
     * @param splits         key ranges of a query in absorbed attention
     * @param contextTokens  rows of the projected context
     * @param masked         whether the additive mask counts
     * @param maskHeadStride distance between the mask rows of two heads
     */
    public void finish(int heads, int splits, int contextTokens, boolean masked, int maskHeadStride) {
        require("key ranges of all tokens", (long) tokens * splits, capacity.units());
        for (int sequence = sequences; sequence < capacity.sequences(); sequence++) {
            array.set(startsAt + sequence, Integer.MAX_VALUE);
        }
        array.set(StepLayout.TOKENS, tokens);
        array.set(StepLayout.WRITES, writes);
        array.set(StepLayout.SPLITS, splits);
        array.set(StepLayout.SPLIT_UNITS, tokens * splits);
        array.set(StepLayout.HEAD_ROWS, tokens * heads);
        array.set(StepLayout.HEAD_GROUPS, tokens * Math.ceilDiv(heads, LatentAttention.HEADS_AT_ONCE));
        array.set(StepLayout.EXPANDED_KEYS, expanded);
        array.set(StepLayout.TILE_UNITS, addTiles() * heads);
        array.set(StepLayout.CONTEXT_TOKENS, contextTokens);
        array.set(StepLayout.PROJECTED_TOKENS, Math.max(tokens, contextTokens));
        array.set(StepLayout.MASK_HEAD_STRIDE, maskHeadStride);
        array.set(StepLayout.MASKED, masked ? 1 : 0);
        array.set(StepLayout.OUTPUT_ROWS, outputs);
        array.set(StepLayout.CANDIDATES, 0);
        array.set(StepLayout.ONE, 1);
        array.set(StepLayout.ABSORBED_TOKENS, tokens);
    }

    /** Says of a finished round how many candidates for the next token each of its output rows gives. */
    public void setCandidates(int candidates) {
        array.set(StepLayout.CANDIDATES, candidates);
    }

    /** Says of a finished round that its tokens attend to expanded keys alone. */
    public void expandedOnly() {
        array.set(StepLayout.ABSORBED_TOKENS, 0);
    }

    private int addTiles() {
        int tiles = 0;
        int token = 0;
        while (token < tokens) {
            int count = 1;
            while (count < StepLayout.TILE_TOKENS && token + count < tokens
                    && sequenceOf(token + count) == sequenceOf(token)) {
                count++;
            }
            array.set(tilesAt + tiles * StepLayout.TILE_RECORD + StepLayout.TILE_TOKEN, token);
            array.set(tilesAt + tiles * StepLayout.TILE_RECORD + StepLayout.TILE_COUNT, count);
            tiles++;
            token += count;
        }
        return tiles;
    }

    private int sequenceOf(int token) {
        return array.get(tokensAt + token * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_SEQUENCE);
    }

    /** Query tokens of the round so far. */
    public int tokens() {
        return tokens;
    }

    /** Rows whose output the round asks for so far. */
    public int outputs() {
        return outputs;
    }

    /** Keys of all sequences of the round. */
    public int expandedKeys() {
        return expanded;
    }

    private static void require(String what, long given, long allowed) {
        if (given > allowed) {
            throw new ShapeException(what + " in one round: " + given + ", the plan was built for at most " + allowed);
        }
    }
}
