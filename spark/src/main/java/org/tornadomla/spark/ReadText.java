package org.tornadomla.spark;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** A row's text while the model reads it. */
abstract class ReadText {

    private final int[] ids;
    private final int length;
    private final int wantedFrom;
    private int read;
    private @Nullable String refusal;

    /**
     * A text to be read.
     *
     * @param ids        its tokens
     * @param length     how many of them are read
     * @param wantedFrom the first whose output is wanted
     */
    ReadText(int[] ids, int length, int wantedFrom) {
        this.ids = ids;
        this.length = length;
        this.wantedFrom = wantedFrom;
    }

    /** Takes the output of a token: logits of what follows it, or its hidden state. */
    abstract void take(int token, float[] output);

    /** The row with its result. */
    abstract Row result();

    /** The row with the reason why it has none. */
    abstract Row refused(String why);

    int[] ids() {
        return ids;
    }

    int length() {
        return length;
    }

    int read() {
        return read;
    }

    boolean isRead() {
        return read >= length || refusal != null;
    }

    /** Whether outputs of the next tokens are wanted. */
    boolean isWanted() {
        return read >= wantedFrom;
    }

    /** Where the next piece ends, of at most so many tokens: its outputs are all wanted, or none. */
    int pieceEnd(int most) {
        return Math.min(read + most, isWanted() ? length : Math.min(wantedFrom, length));
    }

    /** Tokens up to a place are read. */
    void readTo(int end) {
        read = end;
    }

    /** Begins again, as what was read was given up. */
    void begin() {
        read = 0;
    }

    void refuse(String why) {
        refusal = why;
    }

    Row row() {
        return refusal == null ? result() : refused(refusal);
    }
}
