package org.tornadomla.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The answers to one request, several where more than one is asked for: what the computing thread tells goes through a
 * queue to the thread of the request, so that a slow client keeps nobody else waiting. The queue holds at most the
 * tokens of its answers.
 */
final class Answers implements AutoCloseable {

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<TextModel.Running> running = new ArrayList<>();
    private int open;

    /** Something that happened to an answer. */
    sealed interface Event {

        /** Which answer. */
        int index();

        /** A token. */
        record Token(int index, int id, String piece, Optional<TextModel.Logprobs> logprobs) implements Event {
        }

        /** The end. */
        record Ended(int index, TextModel.End end, int cachedTokens,
                Optional<RuntimeException> failure) implements Event {
        }
    }

    /** Begins answers; those that began are cancelled when a further one is refused. */
    static Answers begin(TextModel model, List<TextModel.Order> orders) {
        Answers answers = new Answers();
        try {
            for (TextModel.Order order : orders) {
                answers.add(model, order);
            }
            return answers;
        } catch (RuntimeException refused) {
            answers.close();
            throw refused;
        }
    }

    private void add(TextModel model, TextModel.Order order) {
        int index = running.size();
        running.add(model.submit(order, new TextModel.Listener() {

            @Override
            public void token(int id, String piece, Optional<TextModel.Logprobs> logprobs) {
                events.add(new Event.Token(index, id, piece, logprobs));
            }

            @Override
            public void end(TextModel.End end, int cachedTokens, Optional<RuntimeException> failure) {
                events.add(new Event.Ended(index, end, cachedTokens, failure));
            }
        }));
        open++;
    }

    /**
     * Waits for what happens next.
     *
     * @return empty when all answers ended
     * @throws RuntimeException the failure that an answer ended by
     * @throws ApiException     when the server is being stopped
     */
    Optional<Event> next() {
        if (open == 0) {
            return Optional.empty();
        }
        Event event;
        try {
            event = events.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.stopping();
        }
        if (event instanceof Event.Ended ended) {
            open--;
            if (ended.failure().isPresent()) {
                throw ended.failure().get();
            }
            if (ended.end() == TextModel.End.CUT) {
                throw ApiException.stopping();
            }
        }
        return Optional.of(event);
    }

    /** Cancels what still runs. */
    @Override
    public void close() {
        running.forEach(TextModel.Running::cancel);
    }
}
