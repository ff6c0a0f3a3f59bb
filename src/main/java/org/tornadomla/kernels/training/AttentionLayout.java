package org.tornadomla.kernels.training;

/**
 * A record of sizes that the kernels of attention share. A query row has, a head, its content and its rotary part; a
 * key row has, a head, content and value; the rotary part of keys, which heads share, stands in rows of its own.
 * Sequences have equally many rows, a multiple of 16.
 */
public final class AttentionLayout {

    /** Query rows times heads. */
    public static final int QUERY_UNITS = 0;
    /** Key rows times heads. */
    public static final int KEY_UNITS = 1;
    /** Query rows. */
    public static final int QUERIES = 2;
    /** Query rows of a sequence. */
    public static final int SEQUENCE_QUERIES = 3;
    /** Key rows of a sequence. */
    public static final int SEQUENCE_KEYS = 4;
    /** Vectors between query rows. */
    public static final int QUERY_STRIDE = 5;
    /** Vectors between key rows. */
    public static final int KEY_STRIDE = 6;
    /** Vectors between the rotary parts of keys. */
    public static final int ROPE_STRIDE = 7;
    /** Vectors between rows of values that were attended to. */
    public static final int VALUE_STRIDE = 8;
    /** Length of the record. */
    public static final int RECORD = 9;

    private AttentionLayout() {
    }
}
