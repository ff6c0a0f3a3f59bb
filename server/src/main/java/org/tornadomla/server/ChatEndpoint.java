package org.tornadomla.server;

import java.io.IOException;

/** {@code POST /v1/chat/completions}: an answer to a conversation, whole or as events. */
record ChatEndpoint(TextModel model, AnswerMeter meter) implements Endpoint {

    @Override
    public void answer(Exchange exchange) throws IOException {
        try (ChatAnswer answer = new ChatAnswer(model, meter, exchange.body())) {
            if (answer.streams()) {
                exchange.beginEvents();
                answer.stream(exchange::event);
                exchange.endEvents();
            } else {
                exchange.json(200, answer.whole());
            }
        }
    }
}
