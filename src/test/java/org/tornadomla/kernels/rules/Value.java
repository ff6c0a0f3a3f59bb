package org.tornadomla.kernels.rules;

/**
 * What is known of a value on the stack or in a local variable. Two equal values are the same value at run time, within
 * one iteration of the loops around them.
 *
 * @param kind where it comes from
 * @param id   which one: a parameter, a constant, a local variable, or the instruction that made it
 */
record Value(Kind kind, int id) {

    /** Where a value comes from. */
    enum Kind {
        /** A parameter, as it was given. */
        PARAMETER,
        /** An int constant, which is the id. */
        CONSTANT,
        /** Computed from constants and parameters alone. */
        FIXED,
        /** A private array made here. */
        PRIVATE_ARRAY,
        /** An array that a work-group shares. */
        LOCAL_ARRAY,
        /** An element of a ByteArray. */
        BYTE,
        /** An element of a ByteArray with all its bits masked to unsigned. */
        UNSIGNED,
        /** What a local variable holds when an iteration of the loop in question begins. */
        CARRIED,
        /** Different values come together at an instruction. */
        MERGED,
        /** Anything else that an instruction makes. */
        COMPUTED,
        /** Nothing was stored yet. */
        UNDEFINED
    }

    static final Value UNDEFINED = new Value(Kind.UNDEFINED, 0);

    boolean is(Kind other) {
        return kind == other;
    }

    boolean isConstant(int value) {
        return kind == Kind.CONSTANT && id == value;
    }

    boolean isFixed() {
        return kind == Kind.CONSTANT || kind == Kind.PARAMETER || kind == Kind.FIXED;
    }
}
