package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Tokens that a request took, as OpenAI counts them. */
final class Usage {

    private final int prompt;
    private int completion;

    Usage(int promptTokens) {
        this.prompt = promptTokens;
    }

    void token() {
        completion++;
    }

    int completion() {
        return completion;
    }

    ObjectNode json() {
        return Exchange.JSON.createObjectNode().put("prompt_tokens", prompt).put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
    }
}
