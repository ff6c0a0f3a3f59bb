package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.tornadomla.decoder.DraftStatistics;
import org.tornadomla.decoder.PrefixStatistics;

/**
 * A model without a model: a token is a word, and the answer to a conversation is its last message again, word by word.
 * What begins with "call " is answered by a call of the function named next. A gate says how many tokens may be made.
 */
final class WordModel implements TextModel {

    static final int CONTEXT = 50;

    final Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    final AtomicInteger made = new AtomicInteger();
    volatile int most = 1000;
    volatile Order last;
    volatile RuntimeException failure;
    private final List<String> words = new ArrayList<>();
    private final ConcurrentHashMap<String, Integer> ids = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "words";
    }

    @Override
    public long created() {
        return 1_700_000_000L;
    }

    @Override
    public boolean hasTemplate() {
        return true;
    }

    @Override
    public int contextTokens() {
        return CONTEXT;
    }

    @Override
    public int[] encode(String text, boolean specialTokens) {
        return text.isBlank() ? new int[0] : List.of(text.strip().split(" ")).stream().mapToInt(this::id).toArray();
    }

    private synchronized int id(String word) {
        return ids.computeIfAbsent(word, added -> {
            words.add(added);
            return words.size() - 1;
        });
    }

    private synchronized String word(int id) {
        return words.get(id);
    }

    @Override
    public int[] encode(ChatRequest request) {
        JsonNode last = request.messages().getLast();
        return encode(last.get("content").asText(""), false);
    }

    @Override
    public AnswerParts parts(ChatRequest request) {
        if (request.tools().isEmpty()) {
            return AnswerParts.plain();
        }
        StringBuilder text = new StringBuilder();
        return new AnswerParts() {

            @Override
            public List<Part> accept(String piece) {
                text.append(piece);
                return List.of();
            }

            @Override
            public List<Part> finish() {
                String[] all = text.toString().strip().split(" ", 3);
                return List.of(new Part.Reasoning("thinking"), new Part.Call(0, all[1], all[2]));
            }
        };
    }

    @Override
    public TokenText text(int id) {
        return new TokenText(word(id), word(id).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Running submit(Order order, Listener listener) {
        last = order;
        if (running.incrementAndGet() > most) {
            running.decrementAndGet();
            throw ApiException.busy("the queue has " + most + " texts already; try again later");
        }
        AtomicBoolean stop = new AtomicBoolean();
        Thread.ofVirtual().start(() -> {
            try {
                write(order, listener, stop);
            } finally {
                running.decrementAndGet();
            }
        });
        return () -> stop.set(true);
    }

    private void write(Order order, Listener listener, AtomicBoolean stop) {
        int count = 0;
        for (int id : order.prompt()) {
            gate.acquireUninterruptibly();
            if (stop.get()) {
                cancelled.incrementAndGet();
                listener.end(End.CUT, 0, Optional.empty());
                return;
            }
            if (failure != null) {
                listener.end(End.CUT, 0, Optional.of(failure));
                return;
            }
            made.incrementAndGet();
            listener.token(id, (count == 0 ? "" : " ") + word(id),
                    order.topLogprobs().isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Logprobs(-0.5, List.of(new Logprobs.Alternative(id, -0.5)))));
            if (++count == order.maxTokens() && count < order.prompt().length) {
                listener.end(End.LENGTH, 0, Optional.empty());
                return;
            }
        }
        listener.end(End.STOP, order.prompt().length / 2, Optional.empty());
    }

    @Override
    public State state() {
        return new State("no device", 100, 7, running.get(), 0, new PrefixStatistics(3, 44, 2, 5),
                new DraftStatistics(10, 8, 6, 16));
    }
}
