package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code POST /v1/chat/completions}: an answer to a conversation, whole or as events. */
final class ChatEndpoint implements Endpoint {

    private final TextModel model;
    private final Orders orders;
    private final ServerMetrics metrics;

    ChatEndpoint(TextModel model, ServerMetrics metrics) {
        this.model = model;
        this.orders = new Orders(model);
        this.metrics = metrics;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        ChatRequest request = ChatRequest.read(exchange.body());
        orders.requireModel(request.model());
        int[] prompt = model.encode(request);
        List<TextModel.Order> wanted = orders.chat(request, prompt);
        List<ChatChoice> choices = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            choices.add(new ChatChoice(i, model, request));
        }
        Usage usage = new Usage(prompt.length);
        Envelope envelope = new Envelope("chatcmpl-" + UUID.randomUUID(), model.name());
        try (Answers answers = Answers.begin(model, wanted); ServerMetrics.Text timed = metrics.text(prompt.length)) {
            if (request.stream()) {
                stream(exchange, request, answers, choices, usage, envelope, timed);
            } else {
                whole(exchange, answers, choices, usage, envelope, timed);
            }
        }
    }

    private static void whole(Exchange exchange, Answers answers, List<ChatChoice> choices, Usage usage,
            Envelope envelope, ServerMetrics.Text timed) throws IOException {
        for (Optional<Answers.Event> event = answers.next(); event.isPresent(); event = answers.next()) {
            count(event.get(), usage, timed);
            choices.get(event.get().index()).accept(event.get());
        }
        ObjectNode body = envelope.of("chat.completion");
        ArrayNode list = body.putArray("choices");
        choices.forEach(choice -> list.add(choice.whole()));
        body.set("usage", usage.json());
        exchange.json(200, body);
    }

    private static void stream(Exchange exchange, ChatRequest request, Answers answers, List<ChatChoice> choices,
            Usage usage, Envelope envelope, ServerMetrics.Text timed) throws IOException {
        exchange.beginEvents();
        for (ChatChoice choice : choices) {
            exchange.event(envelope.chunk("chat.completion.chunk", choice.first(), request.usageEvent()));
        }
        for (Optional<Answers.Event> event = answers.next(); event.isPresent(); event = answers.next()) {
            count(event.get(), usage, timed);
            for (ObjectNode delta : choices.get(event.get().index()).accept(event.get())) {
                exchange.event(envelope.chunk("chat.completion.chunk", delta, request.usageEvent()));
            }
        }
        if (request.usageEvent()) {
            exchange.event(envelope.usage("chat.completion.chunk", usage));
        }
        exchange.endEvents();
    }

    static void count(Answers.Event event, Usage usage, ServerMetrics.Text timed) {
        if (event instanceof Answers.Event.Token) {
            usage.token();
            timed.token();
        }
    }
}
