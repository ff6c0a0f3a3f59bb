package org.tornadomla.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/** Turns requests into orders, checked against the model: its name, its ids and its room. */
record Orders(TextModel model) {

    /** Refuses another model's name. */
    void requireModel(Optional<String> name) {
        if (name.isPresent() && !name.get().equals(model.name())) {
            throw ApiException.notFound("model", "model_not_found",
                    "model is " + name.get() + ", but this server has only " + model.name());
        }
    }

    /** The orders of a chat, one a choice. */
    List<TextModel.Order> chat(ChatRequest request, int[] prompt) {
        int room = room("messages", prompt, OptionalInt.empty());
        if (request.maxTokens().isPresent()) {
            room = room("messages", prompt, request.maxTokens());
        }
        return choices(prompt, room, request.sampling(), request.topLogprobs(), request.format(), true);
    }

    /** The orders of one prompt of a completion, one a choice. */
    List<TextModel.Order> completion(CompletionRequest request, int[] prompt) {
        int room = room("prompt", prompt, OptionalInt.of(request.maxTokens()));
        return choices(prompt, room, request.sampling(), request.topLogprobs(), AnswerFormat.TEXT, false);
    }

    private int room(String field, int[] prompt, OptionalInt wanted) {
        if (prompt.length == 0) {
            throw ApiException.field(field, field + " has no tokens, must have at least one");
        }
        int left = model.contextTokens() - prompt.length;
        if (left < 1 || wanted.orElse(1) > left) {
            throw ApiException.tooLong(field,
                    "the prompt has " + prompt.length + " tokens"
                            + (wanted.isPresent() ? " and " + wanted.getAsInt() + " are asked for" : "")
                            + ", but the context holds " + model.contextTokens()
                            + " of both together; shorten the prompt, or start the server with a larger --context");
        }
        return wanted.orElse(left);
    }

    private static List<TextModel.Order> choices(int[] prompt, int maxTokens, SamplingFields sampling,
            OptionalInt topLogprobs, AnswerFormat format, boolean chat) {
        long seed = sampling.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
        List<TextModel.Order> orders = new ArrayList<>();
        for (int choice = 0; choice < sampling.choices(); choice++) {
            orders.add(new TextModel.Order(prompt, maxTokens, sampling, seed + choice, topLogprobs, format, chat));
        }
        return orders;
    }
}
