package org.tornadomla.layers;

import java.util.Set;

import org.tornadomla.config.Block;
import org.tornadomla.graph.Capacity;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.tensor.NamedWeights;

/**
 * The device part of a kind of block: what it needs and how it is packed. A kind is a class with a public constructor
 * without arguments that is registered once, by its name in {@code META-INF/services/org.tornadomla.layers.BlockKind}.
 *
 * @param <B> the block as the configuration describes it
 */
public interface BlockKind<B extends Block> {

    /** The class of the blocks that this kind computes. */
    Class<B> block();

    /** Name of the step that norms the residual stream for the block. */
    String normStep();

    /** Name of the buffer that holds that norm's weight, behind the layer's prefix. */
    String normBuffer();

    /** Asks for the arrays that the block works in; all blocks that ask for a name share its array. */
    void scratch(B block, Capacity capacity, Scratch scratch);

    /**
     * Bytes of what {@link #pack} makes.
     *
     * @param family  what computes the block
     * @param formats number format of the matrices that are multiplied with
     * @param ways    the ways of attending that the plan has
     */
    long bytes(B block, KernelFamily family, FormatChoice formats, Set<Attending> ways);

    /**
     * Reads and packs the weights of a block.
     *
     * @param source gives weights by their names without the block's prefix
     * @param family what computes the block
     * @param packer packs the weights of matrix products for it
     * @param ways   the ways of attending that the plan has
     * @throws org.tornadomla.error.ShapeException naming a weight that does not fit one buffer
     */
    PackedBlock pack(B block, NamedWeights source, KernelFamily family, MatrixPacker packer, Set<Attending> ways);
}
