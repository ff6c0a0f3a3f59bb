package org.tornadomla.kernels;

/**
 * Places in the {@code step} array, the only thing that goes up with every execution: counts first, then records of
 * tokens, of rows to write and of query tiles, then one block table a sequence. Counts and record fields are constants
 * here; where each list begins depends on a plan's capacities, and kernels get it as a parameter.
 */
public final class StepLayout {

    /** Number of query tokens, T. */
    public static final int TOKENS = 0;
    /** Number of rows that go into the cache: new tokens, and copies of rows of a shared page. */
    public static final int WRITES = 1;
    /** Number of key ranges that each query's keys are split into. */
    public static final int SPLITS = 2;
    /** Number of work units of the absorbed attention: tokens times splits. */
    public static final int SPLIT_UNITS = 3;
    /** Number of merged rows: tokens times heads. */
    public static final int HEAD_ROWS = 4;
    /** Number of keys that the expanded attention expands, over all sequences. */
    public static final int EXPANDED_KEYS = 5;
    /** Number of work units of the expanded attention: query tiles times heads. */
    public static final int TILE_UNITS = 6;
    /** Number of context tokens whose latents are projected; equals {@link #TOKENS} in self-attention. */
    public static final int CONTEXT_TOKENS = 7;
    /** Distance in floats between the mask rows of two heads; 0 when all heads share one. */
    public static final int MASK_HEAD_STRIDE = 8;
    /** Number of rows whose output is wanted at the end of a whole model. */
    public static final int OUTPUT_ROWS = 9;
    /** 1 when the additive mask counts in this round. */
    public static final int MASKED = 10;
    /** Number of rows that experts compute: tokens times the experts that each passes. */
    public static final int EXPERT_ROWS = 11;
    /**
     * Always 1: the bound of a loop that is one work-item. TornadoVM computes a wrong index where the bound is the
     * constant itself.
     */
    public static final int ONE = 12;
    /** Number of groups of up to sixteen heads: tokens times groups of a token. */
    public static final int HEAD_GROUPS = 13;
    /** Number of query tokens that attend to the latents themselves: all of the round or none. */
    public static final int ABSORBED_TOKENS = 14;
    /** Number of rows that are projected: of query tokens and of context tokens the greater number. */
    public static final int PROJECTED_TOKENS = 15;
    /** Where the token records begin; with the places below, the same in every round of a plan. */
    public static final int TOKENS_AT = 16;
    /** Where the write records begin. */
    public static final int WRITES_AT = 17;
    /** Where the block tables begin. */
    public static final int TABLES_AT = 18;
    /** Pages of a block table. */
    public static final int TABLE_LENGTH = 19;
    /** Number of candidates for the next token that are wanted of each output row; 0 where logits are. */
    public static final int CANDIDATES = 20;
    /** Length of the header of counts. */
    public static final int HEADER = 24;

    /** Length of a token's record. */
    public static final int TOKEN_RECORD = 7;
    /** Row of the batch, and so the block table, that a token belongs to. */
    public static final int TOKEN_SEQUENCE = 0;
    /** Position that a token's query is rotated by. */
    public static final int TOKEN_POSITION = 1;
    /** First key that a token sees. */
    public static final int TOKEN_FROM = 2;
    /** One past the last key that a token sees. */
    public static final int TOKEN_TO = 3;
    /**
     * Where the token's mask row for head 0 begins in the mask array; key t of the sequence is at this place plus t.
     */
    public static final int TOKEN_MASK = 4;
    /** Where the keys of the token's sequence begin among the expanded keys. */
    public static final int TOKEN_EXPANDED = 5;
    /** The token's id in the vocabulary, in a plan that starts with ids. */
    public static final int TOKEN_ID = 6;

    /** Length of the record of a row to write. */
    public static final int WRITE_RECORD = 3;
    /** Slot of the pool that is written. */
    public static final int WRITE_SLOT = 0;
    /** Row of the projected context; or, when negative, -1 minus the slot whose row is copied. */
    public static final int WRITE_SOURCE = 1;
    /** Position that the rotary key is rotated by. */
    public static final int WRITE_POSITION = 2;

    /** Length of the record of a query tile: consecutive tokens of one sequence. */
    public static final int TILE_RECORD = 2;
    /** First token of the tile. */
    public static final int TILE_TOKEN = 0;
    /** Tokens in the tile, 1 to {@link #TILE_TOKENS}. */
    public static final int TILE_COUNT = 1;
    /** Most tokens of a query tile. */
    public static final int TILE_TOKENS = AttentionTile.QUERIES;

    private StepLayout() {
    }
}
