package org.tornadomla.cost;

/**
 * Sectors of {@value Tally#SECTOR} bytes that warps touched, an access of a warp at a time.
 *
 * @param touched sectors of all accesses
 * @param least   sectors that the same numbers need where they stand beside each other
 */
public record Traffic(long touched, long least) {

    static final Traffic NONE = new Traffic(0, 0);

    Traffic plus(long more, long moreLeast) {
        return new Traffic(touched + more, least + moreLeast);
    }

    /** The least as a fraction of what is touched; 1 where nothing is. */
    public double efficiency() {
        return touched == 0 ? 1 : (double) least / touched;
    }
}
