package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Tokens that a request took, as OpenAI counts them. */
final class Usage {

    private final int prompt;
    private final int answers;
    private int completion;
    private int cached;

    /**
     * Nothing is used yet.
     *
     * @param promptTokens of all prompts
     * @param answers      to each prompt
     */
    Usage(int promptTokens, int answers) {
        this.prompt = promptTokens;
        this.answers = answers;
    }

    /** Counts what an event tells. Of several answers to a prompt the first one had it computed. */
    void count(Answers.Event event) {
        switch (event) {
            case Answers.Event.Token _ -> completion++;
            case Answers.Event.Ended ended -> cached += ended.index() % answers == 0 ? ended.cachedTokens() : 0;
        }
    }

    ObjectNode json() {
        ObjectNode usage = Exchange.JSON.createObjectNode().put("prompt_tokens", prompt)
                .put("completion_tokens", completion).put("total_tokens", prompt + completion);
        usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
        return usage;
    }
}
