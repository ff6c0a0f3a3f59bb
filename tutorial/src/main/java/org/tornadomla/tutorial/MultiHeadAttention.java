package org.tornadomla.tutorial;

import org.tornadomla.training.AttentionHeads;
import org.tornadomla.training.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Chapters 2, 3 and 5. Attention of the paper: with one head, with many, of a text to itself or to another.
 *
 * @param heads how many
 * @param size  numbers of a head's query, key and value
 */
record MultiHeadAttention(NetworkBuilder network, int heads, int size) implements AttentionSublayer {

    // page: heads
    @Override
    public Tensor attend(String name, Tensor x, Side of, Tensor context, Side from, IntArray spans) {
        AttentionHeads shape = new AttentionHeads(heads, size, 0, size, 1 / Math.sqrt(size), of.texts());
        Tensor queries = network.linear(name + "_q", x, shape.queries());
        Tensor keysAndValues = network.linear(name + "_kv", context, shape.keys());
        Tensor seen = network.tape().attention(name + "_seen", shape, queries, keysAndValues, null, spans);
        return network.linear(name, seen, network.width());
    }
    // end

    @Override
    public int cached() {
        return heads * 2 * size;
    }
}
