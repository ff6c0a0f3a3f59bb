package org.tornadomla.driver;

/** What rounds do with their tokens. */
public enum Pass {
    /** New tokens are written and attend. */
    APPEND(true, true, true),
    /** New tokens are written and do not attend. */
    WRITE(true, false, true),
    /** New tokens that are written already attend. */
    ATTEND(false, true, true),
    /** Tokens attend that are no part of the sequence; they count positions from 0. */
    ASK(false, true, false);

    private final boolean writes;
    private final boolean attends;
    private final boolean appended;

    Pass(boolean writes, boolean attends, boolean appended) {
        this.writes = writes;
        this.attends = attends;
        this.appended = appended;
    }

    /** Whether tokens go to the cache. */
    boolean writes() {
        return writes;
    }

    /** Whether tokens get a result. */
    boolean attends() {
        return attends;
    }

    /** Whether tokens continue their sequence. */
    boolean appended() {
        return appended;
    }
}
