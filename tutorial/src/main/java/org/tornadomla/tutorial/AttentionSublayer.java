package org.tornadomla.tutorial;

import org.tornadomla.training.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A way of attending. */
interface AttentionSublayer {

    /**
     * Records it.
     *
     * @param x       [queries, width], rows that ask
     * @param of      the side that they belong to
     * @param context [keys, width], rows that are asked: x itself, or those of the other side
     * @param from    the side of the context
     * @param spans   [queries, 2], which keys a query sees
     * @return [queries, width]
     */
    Tensor attend(String name, Tensor x, Side of, Tensor context, Side from, IntArray spans);

    /** Numbers that a cache keeps of a token in each layer. */
    int cached();
}
