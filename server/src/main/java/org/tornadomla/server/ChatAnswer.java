package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The answer to one request of a chat, as OpenAI's protocol writes it: whole or in events. */
final class ChatAnswer implements AutoCloseable {

    private static final String CHUNK = "chat.completion.chunk";

    private final ChatRequest request;
    private final List<ChatChoice> choices = new ArrayList<>();
    private final Usage usage;
    private final Envelope envelope;
    private final Answers answers;
    private final AnswerMeter.Answer timed;

    /** Takes events. */
    @FunctionalInterface
    interface Sink {

        /** @throws IOException when nobody reads them any more, which ends the answer */
        void event(ObjectNode event) throws IOException;
    }

    /**
     * Begins an answer.
     *
     * @param body the request
     * @throws ApiException when it is refused
     */
    ChatAnswer(TextModel model, AnswerMeter meter, JsonNode body) {
        this.request = ChatRequest.read(body);
        Orders orders = new Orders(model);
        orders.requireModel(request.model());
        int[] prompt = model.encode(request);
        List<TextModel.Order> wanted = orders.chat(request, prompt);
        for (int i = 0; i < wanted.size(); i++) {
            choices.add(new ChatChoice(i, model, request));
        }
        this.usage = new Usage(prompt.length, wanted.size());
        this.envelope = new Envelope("chatcmpl-" + UUID.randomUUID(), model.name());
        this.answers = Answers.begin(model, wanted);
        this.timed = meter.begin(prompt.length);
    }

    /** Whether the request asks for events. */
    boolean streams() {
        return request.stream();
    }

    /** Waits for the whole answer. */
    ObjectNode whole() {
        for (Optional<Answers.Event> event = answers.next(); event.isPresent(); event = answers.next()) {
            count(event.get());
            choices.get(event.get().index()).accept(event.get());
        }
        ObjectNode body = envelope.of("chat.completion");
        ArrayNode list = body.putArray("choices");
        choices.forEach(choice -> list.add(choice.whole()));
        body.set("usage", usage.json());
        return body;
    }

    /** Hands on the answer while it comes, up to its last event. */
    void stream(Sink sink) throws IOException {
        for (ChatChoice choice : choices) {
            sink.event(envelope.chunk(CHUNK, choice.first(), request.usageEvent()));
        }
        for (Optional<Answers.Event> event = answers.next(); event.isPresent(); event = answers.next()) {
            count(event.get());
            for (ObjectNode delta : choices.get(event.get().index()).accept(event.get())) {
                sink.event(envelope.chunk(CHUNK, delta, request.usageEvent()));
            }
        }
        if (request.usageEvent()) {
            sink.event(envelope.usage(CHUNK, usage));
        }
    }

    private void count(Answers.Event event) {
        usage.count(event);
        if (event instanceof Answers.Event.Token) {
            timed.token();
        }
    }

    /** Cancels what still runs. */
    @Override
    public void close() {
        answers.close();
        timed.close();
    }
}
