package org.tornadomla.config;

import java.util.List;

import org.tornadomla.error.ConfigurationException;

/**
 * A layer of a model as data.
 *
 * @param prefix what the names of its weights start with, as {@code "model.layers.0."}
 * @param blocks what it computes, in order
 */
public record Layer(String prefix, List<Block> blocks) {

    /**
     * Checks that there are blocks.
     *
     * @throws ConfigurationException for a layer of nothing
     */
    public Layer {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty()) {
            throw new ConfigurationException("layer " + prefix + " has no blocks");
        }
    }

    /**
     * Whether the layer has a block of a kind.
     *
     * @param kind class of the block
     * @return true where there is one
     */
    public boolean has(Class<? extends Block> kind) {
        return blocks.stream().flatMap(Block::parts).anyMatch(kind::isInstance);
    }

    /**
     * Adds the weights of the layer: of each block its norm, then its own.
     *
     * @param list  takes names without the layer's prefix
     * @param width of a token, which is that of a norm
     */
    public void weights(WeightList list, int width) {
        for (Block block : blocks) {
            list.add(block.norm(), WeightPart.NORM, width);
            block.normBehind().ifPresent(name -> list.add(name, WeightPart.NORM, width));
            block.weights(list.under(block.prefix()));
        }
    }
}
