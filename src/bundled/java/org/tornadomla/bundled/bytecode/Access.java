package org.tornadomla.bundled.bytecode;

/**
 * How a method uses an array parameter.
 *
 * @param reads       it reads elements
 * @param writes      it writes elements
 * @param conditional every write lies inside an {@code if}
 */
public record Access(boolean reads, boolean writes, boolean conditional) {

    /** Neither read nor written. */
    public static final Access NONE = new Access(false, false, true);

    /** Read and written in ways that cannot be told. */
    public static final Access ANY = new Access(true, true, true);

    static final Access READ = new Access(true, false, true);

    /**
     * Whether a device overwrites the array without looking at it. Such an array is not uploaded: what the method does
     * not write keeps the garbage of fresh memory.
     */
    public boolean isWriteOnly() {
        return writes && !reads && !conditional;
    }

    Access and(Access other) {
        return new Access(reads || other.reads, writes || other.writes, conditional && other.conditional);
    }
}
