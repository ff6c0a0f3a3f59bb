package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code POST /v1/completions}: texts continued as they are, whole or as events. */
final class CompletionEndpoint implements Endpoint {

    private final TextModel model;
    private final Orders orders;
    private final AnswerMeter meter;

    CompletionEndpoint(TextModel model, AnswerMeter meter) {
        this.model = model;
        this.orders = new Orders(model);
        this.meter = meter;
    }

    /** One answer of plain text. */
    private final class Choice {

        private final int index;
        private final LogprobList logprobs;
        private final StringBuilder text = new StringBuilder();
        private String finishReason;

        Choice(int index, CompletionRequest request, String echoed) {
            this.index = index;
            this.logprobs = new LogprobList(model, request.topLogprobs().isPresent());
            text.append(echoed);
        }

        ObjectNode accept(Answers.Event event) {
            switch (event) {
                case Answers.Event.Token token -> {
                    logprobs.add(token);
                    text.append(token.piece());
                    return json(token.piece());
                }
                case Answers.Event.Ended ended -> {
                    finishReason = ended.end() == TextModel.End.LENGTH ? "length" : "stop";
                    return json("");
                }
            }
        }

        ObjectNode json(String piece) {
            ObjectNode json = Exchange.JSON.createObjectNode().put("index", index).put("text", piece);
            json.set("logprobs", logprobs.takePlain());
            return json.put("finish_reason", finishReason);
        }
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        CompletionRequest request = CompletionRequest.read(exchange.body());
        orders.requireModel(request.model());
        List<TextModel.Order> wanted = new ArrayList<>();
        List<Choice> choices = new ArrayList<>();
        int promptTokens = 0;
        for (CompletionRequest.Prompt prompt : request.prompts()) {
            int[] ids = ids(prompt);
            promptTokens += ids.length;
            for (TextModel.Order order : orders.completion(request, ids)) {
                choices.add(new Choice(wanted.size(), request, request.echo() ? text(prompt) : ""));
                wanted.add(order);
            }
        }
        Usage usage = new Usage(promptTokens, request.sampling().choices());
        Envelope envelope = new Envelope("cmpl-" + UUID.randomUUID(), model.name());
        try (Answers answers = Answers.begin(model, wanted); AnswerMeter.Answer timed = meter.begin(promptTokens)) {
            if (request.stream()) {
                stream(exchange, request, answers, choices, usage, envelope, timed);
            } else {
                whole(exchange, answers, choices, usage, envelope, timed);
            }
        }
    }

    private int[] ids(CompletionRequest.Prompt prompt) {
        return switch (prompt) {
            case CompletionRequest.Prompt.OfIds given -> given.ids();
            case CompletionRequest.Prompt.OfText given -> model.encode(given.text(), true);
        };
    }

    private String text(CompletionRequest.Prompt prompt) {
        return switch (prompt) {
            case CompletionRequest.Prompt.OfIds _ ->
                throw ApiException.unsupported("echo", "echo needs a prompt that is a text; token ids were given");
            case CompletionRequest.Prompt.OfText given -> given.text();
        };
    }

    private static void whole(Exchange exchange, Answers answers, List<Choice> choices, Usage usage, Envelope envelope,
            AnswerMeter.Answer timed) throws IOException {
        for (Optional<Answers.Event> event = answers.next(); event.isPresent(); event = answers.next()) {
            count(event.get(), usage, timed);
            Choice choice = choices.get(event.get().index());
            switch (event.get()) {
                case Answers.Event.Token token -> {
                    choice.logprobs.add(token);
                    choice.text.append(token.piece());
                }
                case Answers.Event.Ended ended ->
                    choice.finishReason = ended.end() == TextModel.End.LENGTH ? "length" : "stop";
            }
        }
        ObjectNode body = envelope.of("text_completion");
        ArrayNode list = body.putArray("choices");
        choices.forEach(choice -> list.add(choice.json(choice.text.toString())));
        body.set("usage", usage.json());
        exchange.json(200, body);
    }

    private static void stream(Exchange exchange, CompletionRequest request, Answers answers, List<Choice> choices,
            Usage usage, Envelope envelope, AnswerMeter.Answer timed) throws IOException {
        exchange.beginEvents();
        for (Choice choice : choices) {
            if (!choice.text.isEmpty()) {
                exchange.event(
                        envelope.chunk("text_completion", choice.json(choice.text.toString()), request.usageEvent()));
            }
        }
        for (Optional<Answers.Event> event = answers.next(); event.isPresent(); event = answers.next()) {
            count(event.get(), usage, timed);
            ObjectNode delta = choices.get(event.get().index()).accept(event.get());
            exchange.event(envelope.chunk("text_completion", delta, request.usageEvent()));
        }
        if (request.usageEvent()) {
            exchange.event(envelope.usage("text_completion", usage));
        }
        exchange.endEvents();
    }

    private static void count(Answers.Event event, Usage usage, AnswerMeter.Answer timed) {
        usage.count(event);
        if (event instanceof Answers.Event.Token) {
            timed.token();
        }
    }
}
