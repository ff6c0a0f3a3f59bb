package org.tornadomla.tutorial;

import org.tornadomla.training.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Chapters 6 and 7. The layers of encoder and decoder, of whatever attention and feed-forward. */
record Layers(NetworkBuilder network, AttentionSublayer attention, FeedForwardSublayer feeding) {

    // page: norm
    /** What came out is added to what went in, and the sum is brought to mean 0 and deviation 1. */
    private Tensor added(String name, Tensor x, Tensor result) {
        return network.tape().layerNorm(name + "_normed", network.tape().add(name + "_sum", x, result),
                network.row(name + "_norm_w", network.width(), 1), network.row(name + "_norm_b", network.width(), 0),
                1e-5);
    }
    // end

    // page: encoder
    Tensor encoder(String name, Tensor x, Side side, IntArray all) {
        Tensor seen = added(name + "_self", x, attention.attend(name + "_self", x, side, x, side, all));
        return added(name + "_feed", seen, feeding.feed(name + "_feed", seen, side));
    }
    // end

    // page: decoder
    /** @param encoded [keys, width], what the last layer of the encoder made */
    Tensor decoder(String name, Tensor x, Side side, IntArray past, Tensor encoded, Side source, IntArray all) {
        Tensor seen = added(name + "_self", x, attention.attend(name + "_self", x, side, x, side, past));
        Tensor asked = added(name + "_cross", seen,
                attention.attend(name + "_cross", seen, side, encoded, source, all));
        return added(name + "_feed", asked, feeding.feed(name + "_feed", asked, side));
    }
    // end
}
