package org.tornadomla.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;

/** The shipped model as LangChain4j's chat models, and behind AiServices. */
class LocalModelTest {

    private static final Path SHIPPED = Path.of(System.getProperty("mla.home"), "models", "tiny-kjv");
    private static final String TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}";
    private static final DecoderOptions OPTIONS = DecoderOptions.defaults().withBatch(4).withCacheTokens(1024);

    @TempDir
    private static Path folder;
    private static LocalModel model;

    /** A question of a conversation. */
    interface Scribe {

        @SystemMessage("Answer in one verse.")
        String answer(String question);
    }

    /** A question whose answer is an object. */
    interface Judge {

        Judgement judge(String text);
    }

    /** What a text is. */
    enum Kind {
        LAW,
        PSALM
    }

    /** An object whose form the model has to keep. */
    record Judgement(@JsonProperty(required = true) Kind kind, @JsonProperty(required = true) boolean joyful) {
    }

    /** Puts the shipped model and a chat template into a folder. */
    static Path shippedWithTemplate(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(SHIPPED)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(folder.resolve(file.getFileName()), file.toAbsolutePath());
            }
        }
        return Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE).getParent();
    }

    @BeforeAll
    static void load() throws IOException {
        model = LocalModel.load(shippedWithTemplate(folder), Targets.automatic().withoutSelfTest(), OPTIONS);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static ChatRequest ask(String question, int tokens) {
        return ChatRequest.builder().messages(UserMessage.from(question)).temperature(0.0).maxOutputTokens(tokens)
                .build();
    }

    private static CompletableFuture<ChatResponse> stream(ChatRequest request, StringBuilder heard, int cancelAfter) {
        CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        model.streamingChatModel().chat(request, new StreamingChatResponseHandler() {

            private int pieces;

            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                heard.append(piece.text());
                if (++pieces == cancelAfter) {
                    context.streamingHandle().cancel();
                }
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                whole.completeExceptionally(failure);
            }
        });
        return whole;
    }

    @Test
    void anAnswerIsTheSameWholeAndStreamed() throws Exception {
        ChatResponse whole = model.chatModel().chat(ask("Who made the heavens?", 12));
        StringBuilder heard = new StringBuilder();
        ChatResponse streamed = stream(ask("Who made the heavens?", 12), heard, 0).get(60, TimeUnit.SECONDS);
        assertFalse(whole.aiMessage().text().isBlank());
        assertEquals(whole.aiMessage().text(), streamed.aiMessage().text());
        assertEquals(whole.aiMessage().text(), heard.toString());
        assertEquals(FinishReason.LENGTH, whole.finishReason());
        assertEquals(12, whole.tokenUsage().outputTokenCount());
        assertEquals(whole.tokenUsage(), streamed.tokenUsage());
    }

    @Test
    void whoCancelsHearsNoMore() throws Exception {
        StringBuilder heard = new StringBuilder();
        CompletableFuture<ChatResponse> whole = stream(ask("Who made the heavens?", 200), heard, 3);
        assertThrows(TimeoutException.class, () -> whole.get(3, TimeUnit.SECONDS));
        String begun = heard.toString();
        assertTrue(model.chatModel().chat(ask("Who made the heavens?", 40)).aiMessage().text().startsWith(begun),
                begun);
        assertEquals(begun, heard.toString());
    }

    @Test
    void aRefusalNamesTheField() {
        MlaException whole = assertThrows(MlaException.class,
                () -> model.chatModel().chat(ask("word ".repeat(2000), 4)));
        assertTrue(whole.getMessage().contains("the context holds"), whole.getMessage());
        Throwable streamed = assertThrows(Exception.class,
                () -> stream(ask("word ".repeat(2000), 4), new StringBuilder(), 0).get(60, TimeUnit.SECONDS))
                .getCause();
        assertEquals(whole.getMessage(), streamed.getMessage());
        ConfigurationException none = assertThrows(ConfigurationException.class,
                () -> LocalModel.load(SHIPPED, Targets.automatic().withoutSelfTest(), OPTIONS));
        assertTrue(none.getMessage().contains("no chat template"), none.getMessage());
    }

    @Test
    void servicesTalkAndRemember() {
        MessageWindowChatMemory memory = MessageWindowChatMemory.withMaxMessages(10);
        Scribe scribe = AiServices.builder(Scribe.class).chatModel(new Short(model.chatModel())).chatMemory(memory)
                .build();
        String first = scribe.answer("Who made the heavens?");
        String second = scribe.answer("And the earth?");
        assertFalse(first.isBlank() || second.isBlank());
        assertEquals(5, memory.messages().size());
    }

    /** However little the model knows, an object of the form comes out. */
    @Test
    void objectsHaveTheirForm() {
        Judge judge = AiServices.create(Judge.class, model.chatModel());
        for (String text : new String[]{"Thou shalt not kill.", "Make a joyful noise unto the LORD.", "Selah."}) {
            assertNotNull(judge.judge(text).kind(), text);
        }
    }

    /** Ends answers early. */
    private record Short(LocalChatModel model) implements dev.langchain4j.model.chat.ChatModel {

        @Override
        public ChatResponse doChat(ChatRequest request) {
            return model.doChat(ask(request));
        }

        private static ChatRequest ask(ChatRequest request) {
            return ChatRequest.builder().messages(request.messages()).temperature(0.0).maxOutputTokens(8).build();
        }
    }
}
