package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;

/** Is told what is written while it is written, on the thread that computes. */
@FunctionalInterface
@PublicApi
public interface TokenListener {

    /**
     * A token was made.
     *
     * @param id   the token
     * @param text text that is certain by now and was not yet given: empty while a character or a stop string may be
     *                 incomplete
     */
    void accept(int id, String text);
}
