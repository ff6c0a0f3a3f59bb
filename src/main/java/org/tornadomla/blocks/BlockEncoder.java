package org.tornadomla.blocks;

/** A format that this library also writes. */
public interface BlockEncoder extends BlockFormat {

    /**
     * Rounds numbers to the format.
     *
     * @param source finite numbers
     * @param at     index of the first number
     * @param blocks how many blocks
     * @param target Modified: receives {@code blocks} times {@link #blockBytes()} bytes
     * @param to     index of the first byte
     */
    void encode(float[] source, int at, int blocks, byte[] target, int to);
}
