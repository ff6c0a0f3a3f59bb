package org.tornadomla.training;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers.Role;

/**
 * Rows of floats on the device, and room for their gradient where one is wanted. Rows are vectors, their number a
 * multiple of 16; what is behind the numbers of a row is 0.
 */
public final class Tensor {

    /** What becomes of a tensor outside of the device. */
    enum Use {
        /** The host gives the values, and may want the gradient. */
        INPUT("an input", Role.INPUT, Role.STATE),
        /** The device keeps values and gradient from one execution to the next; the host reads both. */
        PARAMETER("a weight", Role.STATE, Role.STATE),
        /** A weight that stays as it is: it goes to the device once, and has no gradient. */
        FROZEN("a frozen weight", Role.WEIGHT, Role.SCRATCH),
        /** What stands between operations. */
        VALUE("a value", Role.SCRATCH, Role.SCRATCH),
        /** The host reads the values; the gradient is computed. */
        READ("the logits of a loss", Role.STATE, Role.SCRATCH),
        /** The host reads the values, and gives the gradient. */
        RESULT("a result", Role.STATE, Role.INPUT);

        private final String what;
        private final Role values;
        private final Role gradient;

        Use(String what, Role values, Role gradient) {
            this.what = what;
            this.values = values;
            this.gradient = gradient;
        }
    }

    private final String name;
    private final int rows;
    private final Places columns;
    private final Numbers values;
    private final @Nullable Numbers gradient;
    private Use use;
    private boolean started;
    private boolean read;

    /**
     * Makes room.
     *
     * @param rows   padded rows
     * @param wanted whether anything wants the gradient
     */
    Tensor(String name, int rows, Places columns, Use use, boolean wanted) {
        this.name = name;
        this.rows = rows;
        this.columns = columns;
        this.use = use;
        this.values = room();
        this.gradient = wanted ? room() : null;
    }

    private Numbers room() {
        return new Numbers(name, rows, stride());
    }

    /**
     * Makes a value one that the host reads.
     *
     * @throws ConfigurationException when it is something else already: its gradient would come from two places
     */
    void become(Use read) {
        if (use != Use.VALUE) {
            throw new ConfigurationException(
                    name + " is " + use.what + " already and cannot become " + read.what + " too; add a step between");
        }
        use = read;
    }

    /** Refuses a tensor that an operation changes in place where another has read it, or the host gives it. */
    void requireUnread() {
        if (use != Use.VALUE || read) {
            throw new ConfigurationException(name + " is turned in place, so it must be the value of an operation that"
                    + " nothing has read yet; turn it first");
        }
    }

    /** Notes that an operation reads it. */
    void read() {
        read = true;
    }

    /** Refuses a gradient that nothing writes: what is computed from it would have no meaning. */
    void requireGradient() {
        if (gradient != null && !started && use != Use.RESULT) {
            throw new ConfigurationException(name + " is " + use.what + " that no loss or result depends on, so it has"
                    + " no gradient; use it, or leave it out");
        }
    }

    /** Gives the numbers to a plan. */
    void register(Workspace work) {
        work.keep(name, use.values, values);
        if (gradient != null) {
            work.keep("d_" + name, use.gradient, gradient);
        }
    }

    /** Its name in listings. */
    public String name() {
        return name;
    }

    /** Padded rows. */
    public int rows() {
        return rows;
    }

    /** Where the numbers of a row stand. */
    public Places columns() {
        return columns;
    }

    /** Vectors of a row that hold numbers. */
    int vectors() {
        return columns.vectors();
    }

    /** Vectors between rows. */
    int stride() {
        return columns.stride();
    }

    Numbers values() {
        return values;
    }

    /** Whether anything wants the gradient. */
    boolean wantsGradient() {
        return gradient != null;
    }

    Numbers gradient() {
        if (gradient == null) {
            throw new IllegalStateException("nothing wants the gradient of " + name);
        }
        return gradient;
    }

    /**
     * For a step that can only write the gradient, not add to it.
     *
     * @throws ConfigurationException when a step before it wrote one, which would be lost
     */
    void begin() {
        if (accumulate() == 1) {
            throw new ConfigurationException("the gradient of " + name + " is written by two operations, of which the"
                    + " second cannot add: let it be read by one alone");
        }
    }

    /**
     * For a step that writes the gradient: 1 if one before it did, so that it must add.
     *
     * @throws ConfigurationException when the host gives the gradient, which would be lost
     */
    int accumulate() {
        if (use == Use.RESULT) {
            throw new ConfigurationException(name + " is a result, whose gradient the host gives: no operation may read"
                    + " it; make the last value the result");
        }
        int accumulate = started ? 1 : 0;
        started = true;
        return accumulate;
    }
}
