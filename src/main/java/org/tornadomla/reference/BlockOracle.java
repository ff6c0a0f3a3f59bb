package org.tornadomla.reference;

import java.util.function.Function;

import org.tornadomla.config.Block;

/**
 * The oracle part of a kind of block: the mathematics in float64. An oracle is a class with a public constructor
 * without arguments that is registered once, by its name in
 * {@code META-INF/services/org.tornadomla.reference.BlockOracle}.
 *
 * @param <B> the block as the configuration describes it
 */
public interface BlockOracle<B extends Block> {

    /** The class of the blocks that this oracle computes. */
    Class<B> block();

    /**
     * A block at the start of a sequence.
     *
     * @param weights numbers of a name without the block's prefix; null where there is none
     * @param form    order of the products in attention
     */
    Running start(B block, Function<String, float[]> weights, AttentionReference.Form form);

    /**
     * A block at the start of a sequence, which may leave something for blocks behind it, or take what one before it
     * left.
     *
     * @param weights numbers of a name without the block's prefix; null where there is none
     * @param form    order of the products in attention
     * @param beside  what blocks of the sequence leave for each other
     */
    default Running start(B block, Function<String, float[]> weights, AttentionReference.Form form, Beside beside) {
        return start(block, weights, form);
    }

    /** A block with what it remembers of a sequence. */
    @FunctionalInterface
    interface Running {

        /**
         * Takes the next tokens.
         *
         * @param normed [positions, hidden] after the block's norm
         * @param first  position of the first of them; the others follow
         * @param rows   number of tokens
         * @return [positions, hidden], to be added to the residual stream
         */
        double[] next(double[] normed, int first, int rows);
    }
}
