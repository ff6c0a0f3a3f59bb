package org.tornadomla.tutorial;

import org.tornadomla.training.AttentionHeads;
import org.tornadomla.training.Places;
import org.tornadomla.training.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Chapter 9. Multi-head latent attention: keys and values of all heads come from one short row, the latent.
 *
 * @param heads  how many
 * @param size   numbers of a head's query, key and value
 * @param latent numbers of a latent
 * @param rope   numbers of a query and of the shared key that are turned by their position
 */
record LatentAttention(NetworkBuilder network, int heads, int size, int latent, int rope) implements AttentionSublayer {

    // page: latents
    @Override
    public Tensor attend(String name, Tensor x, Side of, Tensor context, Side from, IntArray spans) {
        double scale = 1 / Math.sqrt(size + rope);
        AttentionHeads shape = new AttentionHeads(heads, size, rope, size, scale, of.texts());
        Tensor queries = network.linear(name + "_q", x, shape.queries());
        network.tape().rotary(queries, of.turns(name + "_q_turns", rope), heads,
                shape.contentVectors() + shape.ropeVectors(), shape.contentVectors());
        Tensor latents = compressed(name, context);
        Tensor keysAndValues = network.linear(name + "_kv", latents, shape.keys());
        Tensor shared = network.linear(name + "_rope", context, Places.plain(rope));
        network.tape().rotary(shared, from.turns(name + "_k_turns", rope), 1, shape.ropeVectors(), 0);
        Tensor seen = network.tape().attention(name + "_seen", shape, queries, keysAndValues, shared, spans);
        return network.linear(name, seen, network.width());
    }

    private Tensor compressed(String name, Tensor context) {
        Places places = Places.plain(latent);
        Tensor down = network.linear(name + "_latent", context, places);
        return network.tape().rmsNorm(name + "_kept", down, network.row(name + "_gain", places, 1), 1e-6, 1);
    }
    // end

    @Override
    public int cached() {
        return latent + rope;
    }
}
