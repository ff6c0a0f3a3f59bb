package org.tornadomla.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tornadomla.cache.CacheStatistics;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.FinishReason;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.error.QueueFullException;
import org.tornadomla.error.TokenizerException;
import org.tornadomla.text.AnswerParser;
import org.tornadomla.tokenizer.ChatTemplate;
import org.tornadomla.tokenizer.TextTokenizer;

/** A model whose texts a scheduler writes. Decoder, tokenizer and scheduler stay the caller's to close. */
final class ScheduledModel implements TextModel {

    /** Tokens at the end of a prompt that show whether it ends within reasoning. */
    private static final int PROMPT_END = 16;

    private final String name;
    private final long created;
    private final int context;
    private final Decoder decoder;
    private final TextTokenizer tokenizer;
    private final Scheduler scheduler;
    private final Forms forms;
    private final @Nullable ChatTemplate template;
    private final @Nullable String noTemplate;
    private final @Nullable ConversationWriter conversations;

    /** A model behind a server. */
    ScheduledModel(ModelService.Texts texts, Decoder decoder, TextTokenizer tokenizer, Scheduler scheduler) {
        this.name = texts.name();
        this.created = created(texts.files());
        this.context = Math.min(texts.context(), decoder.maxSequenceTokens());
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.scheduler = scheduler;
        this.forms = new Forms(tokenizer);
        ChatTemplate found = null;
        String missing = null;
        try {
            found = ChatTemplate.of(tokenizer.settings());
        } catch (TokenizerException e) {
            missing = e.getMessage();
        }
        this.template = found;
        this.noTemplate = missing;
        this.conversations = found == null
                ? null
                : new ConversationWriter(found, new PlainMarks(tokenizer), texts.readsSpecialTokens());
    }

    private static long created(Path files) {
        try {
            return Files.getLastModifiedTime(files).toInstant().getEpochSecond();
        } catch (IOException e) {
            return Instant.EPOCH.getEpochSecond();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long created() {
        return created;
    }

    @Override
    public boolean hasTemplate() {
        return template != null;
    }

    @Override
    public int contextTokens() {
        return context;
    }

    @Override
    public int[] encode(String text, boolean specialTokens) {
        return tokenizer.encode(text, specialTokens);
    }

    @Override
    public int[] encode(ChatRequest request) {
        return written(request).ids();
    }

    private ConversationWriter.Written written(ChatRequest request) {
        if (conversations == null) {
            throw ApiException.unsupported("messages", noTemplate + "; use /v1/completions");
        }
        return conversations.write(request);
    }

    @Override
    public AnswerParts parts(ChatRequest request) {
        if (template == null || isJson(request.format().kind())) {
            return AnswerParts.plain();
        }
        return new FamilyParts(new AnswerParser(template.answerForm(), written(request).text()));
    }

    private static boolean isJson(AnswerFormat.Kind kind) {
        return kind == AnswerFormat.Kind.JSON_OBJECT || kind == AnswerFormat.Kind.JSON_SCHEMA;
    }

    @Override
    public TokenText text(int id) {
        byte[] bytes = tokenizer.bytes(id);
        return new TokenText(new String(bytes, StandardCharsets.UTF_8), bytes);
    }

    @Override
    public Running submit(Order order, Listener listener) {
        for (int id : order.prompt()) {
            requireToken("prompt", id);
        }
        order.sampling().bias().keySet().forEach(id -> requireToken("logit_bias", id));
        List<Integer> ends = Scheduler.endTokens(decoder, tokenizer);
        AnswerWalk form = forms.walk(order.format(), Optional.ofNullable(template).map(ChatTemplate::answerForm),
                end(order.prompt()));
        if (form != null && ends.isEmpty()) {
            throw ApiException.unsupported(
                    order.format().kind() == AnswerFormat.Kind.CALL ? "tool_choice" : "response_format",
                    name + " has no end token, and so cannot end a form");
        }
        AnswerRule rule = new AnswerRule(order, ends, form, order.chat() && template != null);
        Generation text;
        try {
            text = scheduler.submit(request(order), rule, (id, piece) -> listener.token(id, piece, rule.logprobs()));
        } catch (QueueFullException e) {
            throw ApiException.busy(e.getMessage());
        }
        Thread.startVirtualThread(() -> tellEnd(text, listener));
        return text::cancel;
    }

    private void requireToken(String field, int id) {
        int last = decoder.model().vocabSize() - 1;
        if (id < 0 || id > last) {
            throw ApiException.field(field, field + " has the token id " + id + ", must be from 0 to " + last);
        }
    }

    /** The last characters of a prompt. */
    private String end(int[] prompt) {
        StringBuilder end = new StringBuilder();
        for (int at = Math.max(0, prompt.length - PROMPT_END); at < prompt.length; at++) {
            end.append(text(prompt[at]).text());
        }
        return end.toString();
    }

    private static GenerationRequest request(Order order) {
        SamplingFields fields = order.sampling();
        SamplerConfig sampling = new SamplerConfig(fields.temperature().orElse(1), fields.topK().orElse(0),
                fields.topP().orElse(1), fields.minP().orElse(0), fields.repetitionPenalty().orElse(1), order.seed());
        return new GenerationRequest(order.prompt(), order.maxTokens(), sampling, fields.stops());
    }

    private static void tellEnd(Generation text, Listener listener) {
        try {
            FinishReason reason = text.await().reason();
            listener.end(switch (reason) {
                case END_TOKEN, STOP_STRING -> End.STOP;
                case MAX_TOKENS, SEQUENCE_FULL -> End.LENGTH;
                case CANCELLED -> End.CUT;
            }, text.cachedTokens(), Optional.empty());
        } catch (RuntimeException failure) {
            listener.end(End.CUT, text.cachedTokens(), Optional.of(failure));
        }
    }

    @Override
    public State state() {
        CacheStatistics cache = decoder.statistics();
        int running = scheduler.running();
        return new State(decoder.placing(), cache.pages(), cache.usedPages(), running, scheduler.unfinished() - running,
                scheduler.prefixes(), scheduler.drafts());
    }
}
