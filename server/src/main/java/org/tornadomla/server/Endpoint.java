package org.tornadomla.server;

import java.io.IOException;

/** What answers the requests of one path. */
@FunctionalInterface
interface Endpoint {

    /**
     * Answers a request.
     *
     * @throws ApiException when it is refused
     * @throws IOException  when the client is gone
     */
    void answer(Exchange exchange) throws IOException;
}
