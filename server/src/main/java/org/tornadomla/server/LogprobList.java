package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Log-probabilities of an answer's tokens in the two forms that OpenAI has: of chats, and of plain completions. */
final class LogprobList {

    private final TextModel model;
    private final boolean wanted;
    private final ArrayNode all = Exchange.JSON.createArrayNode();
    private int taken;

    LogprobList(TextModel model, boolean wanted) {
        this.model = model;
        this.wanted = wanted;
    }

    void add(Answers.Event.Token token) {
        if (!wanted || token.logprobs().isEmpty()) {
            return;
        }
        ObjectNode entry = entry(token.id(), token.logprobs().get().logprob());
        ArrayNode top = entry.putArray("top_logprobs");
        token.logprobs().get().top().forEach(other -> top.add(entry(other.id(), other.logprob())));
        all.add(entry);
    }

    private ObjectNode entry(int id, double logprob) {
        TextModel.TokenText text = model.text(id);
        ObjectNode entry = Exchange.JSON.createObjectNode().put("token", text.text());
        // A token that a filter excludes has the logarithm of 0, which JSON cannot say.
        entry.put("logprob", Math.max(logprob, -9999.0));
        ArrayNode bytes = entry.putArray("bytes");
        for (byte value : text.bytes()) {
            bytes.add(value & 0xFF);
        }
        return entry;
    }

    /** Those that came since the last call, for an event of a chat. */
    JsonNode takeChat() {
        if (taken == all.size()) {
            return NullNode.getInstance();
        }
        ArrayNode fresh = Exchange.JSON.createArrayNode();
        while (taken < all.size()) {
            fresh.add(all.get(taken++));
        }
        return content(fresh);
    }

    /** All of them, for a whole chat. */
    JsonNode allChat() {
        return wanted ? content(all) : NullNode.getInstance();
    }

    private static ObjectNode content(ArrayNode entries) {
        ObjectNode logprobs = Exchange.JSON.createObjectNode();
        logprobs.set("content", entries);
        return logprobs.putNull("refusal");
    }

    /** Those that came since the last call, for a plain completion. */
    JsonNode takePlain() {
        if (!wanted) {
            return NullNode.getInstance();
        }
        ObjectNode plain = Exchange.JSON.createObjectNode();
        ArrayNode tokens = plain.putArray("tokens");
        ArrayNode logprobs = plain.putArray("token_logprobs");
        ArrayNode top = plain.putArray("top_logprobs");
        while (taken < all.size()) {
            JsonNode entry = all.get(taken++);
            tokens.add(entry.get("token"));
            logprobs.add(entry.get("logprob"));
            ObjectNode others = top.addObject();
            entry.get("top_logprobs")
                    .forEach(other -> others.set(other.get("token").textValue(), other.get("logprob")));
        }
        return plain;
    }
}
