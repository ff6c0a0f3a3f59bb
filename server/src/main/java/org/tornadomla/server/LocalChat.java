package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.Predicate;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * OpenAI's chat protocol without the wire: requests and answers are those of {@code /v1/chat/completions}, as JSON, in
 * this process. Several threads may ask at once; their texts are written together. Decoder, tokenizer and scheduler
 * stay the caller's to close.
 */
public final class LocalChat {

    private final TextModel model;

    /**
     * A chat with a model.
     *
     * @param scheduler started
     */
    public LocalChat(ModelService.Texts texts, Decoder decoder, TextTokenizer tokenizer, Scheduler scheduler) {
        this(new ScheduledModel(texts, decoder, tokenizer, scheduler));
    }

    LocalChat(TextModel model) {
        this.model = model;
    }

    /** What requests may call the model. */
    public String name() {
        return model.name();
    }

    /** Whether the model has a template for conversations; without one every request is refused. */
    public boolean hasTemplate() {
        return model.hasTemplate();
    }

    /**
     * Waits for a whole answer.
     *
     * @param request the body of a request; its {@code stream} has no meaning here
     * @return an object of the kind {@code chat.completion}
     * @throws org.tornadomla.error.MlaException when the request is refused, naming the field
     */
    public ObjectNode answer(JsonNode request) {
        try (ChatAnswer answer = new ChatAnswer(model, AnswerMeter.NONE, request)) {
            return answer.whole();
        }
    }

    /**
     * Hands on an answer while it comes.
     *
     * @param request as for {@link #answer}
     * @param reader  takes objects of the kind {@code chat.completion.chunk}, on this thread; the answer ends where it
     *                    says no
     * @return whether the answer was read to its end
     * @throws org.tornadomla.error.MlaException when the request is refused, naming the field
     */
    public boolean stream(JsonNode request, Predicate<ObjectNode> reader) {
        try (ChatAnswer answer = new ChatAnswer(model, AnswerMeter.NONE, request)) {
            answer.stream(event -> {
                if (!reader.test(event)) {
                    throw new Unread();
                }
            });
            return true;
        } catch (IOException unread) {
            return false;
        }
    }

    /** The reader has enough. */
    private static final class Unread extends IOException {

        private static final long serialVersionUID = 1L;
    }
}
