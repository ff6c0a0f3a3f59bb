package org.tornadomla.layers.toy;

import java.util.concurrent.atomic.AtomicInteger;

import org.tornadomla.config.Block;
import org.tornadomla.config.WeightList;
import org.tornadomla.config.WeightPart;

/**
 * A linear layer between the others.
 *
 * @param width  of a token
 * @param listed counts how often somebody asks for the names of its weights
 */
record ToyBlock(int width, AtomicInteger listed) implements Block {

    @Override
    public String norm() {
        return "toy_norm.weight";
    }

    @Override
    public String prefix() {
        return "toy.";
    }

    @Override
    public void weights(WeightList list) {
        listed.incrementAndGet();
        list.add("mix.weight", WeightPart.DENSE, width, width);
    }
}
