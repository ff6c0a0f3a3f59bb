package org.tornadomla.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.FunctionDefinition;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.completions.CompletionCreateParams;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clients that people use, against the server: whole and streamed, tools, JSON schemas, errors, cancellation. */
@Timeout(60)
class ClientsTest {

    private static final String LONG = "a b c d e f g h i j k l m n o p q r s t u v w x y z";

    private final WordModel model = new WordModel();
    private ServedModel served;
    private OpenAIClient openai;

    @BeforeEach
    void start() {
        served = new ServedModel(model, ServedModel.withKey("k"));
        openai = OpenAIOkHttpClient.builder().baseUrl(served.url("/v1")).apiKey("k").maxRetries(0).build();
    }

    @AfterEach
    void stop() {
        openai.close();
        served.close();
    }

    private static ChatCompletionCreateParams.Builder ask(String text) {
        return ChatCompletionCreateParams.builder().model("words").addUserMessage(text);
    }

    @Test
    void openAiWhole() {
        ChatCompletion answer = openai.chat().completions().create(ask("one two").seed(4).temperature(0.5).build());
        assertEquals("one two", answer.choices().getFirst().message().content().orElseThrow());
        assertEquals(4, answer.usage().orElseThrow().totalTokens());
    }

    @Test
    void openAiStreamed() {
        StringBuilder text = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> stream = openai.chat().completions()
                .createStreaming(ask("one two three").build())) {
            stream.stream().flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(text::append));
        }
        assertEquals("one two three", text.toString());
    }

    @Test
    void openAiTools() {
        ChatCompletion answer = openai.chat().completions().create(ask("call weather {\"city\":\"Oslo\"}")
                .addFunctionTool(FunctionDefinition.builder().name("weather").build()).build());
        var call = answer.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
        assertEquals("weather", call.function().name());
        assertEquals("{\"city\":\"Oslo\"}", call.function().arguments());
    }

    @Test
    void openAiForcesACall() {
        openai.chat().completions().create(ask("call weather {}")
                .addFunctionTool(FunctionDefinition.builder().name("weather").build())
                .toolChoice(ChatCompletionNamedToolChoice.builder()
                        .function(ChatCompletionNamedToolChoice.Function.builder().name("weather").build()).build())
                .build());
        assertEquals(AnswerFormat.Kind.CALL, model.last.format().kind());
        openai.chat().completions()
                .create(ask("call weather {}").addFunctionTool(FunctionDefinition.builder().name("weather").build())
                        .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED).build());
        assertEquals("weather", model.last.format().functions().getFirst().get("name").textValue());
    }

    /** What a class of Java looks like as a schema, and an answer that becomes an object of it. */
    static final class City {
        public String name;
        public int people;
    }

    @Test
    void openAiJsonSchema() {
        var answer = openai.chat().completions()
                .create(ask("{\"name\":\"Oslo\",\"people\":7}").responseFormat(City.class).build());
        City city = answer.choices().getFirst().message().content().orElseThrow();
        assertEquals("Oslo", city.name);
        assertEquals(7, city.people);
        JsonNode schema = model.last.format().schema().orElseThrow();
        assertEquals("integer", schema.at("/properties/people/type").textValue(), schema.toString());
    }

    /** Lets an answer run on after its client is gone, and sees it end. */
    private void assertCancelled() throws InterruptedException {
        for (int i = 0; i < 500 && model.cancelled.get() == 0; i++) {
            model.gate.release(i < 10 ? 1 : 0);
            Thread.sleep(10);
        }
        assertEquals(1, model.cancelled.get(), "texts cancelled");
        assertTrue(model.made.get() < LONG.split(" ").length, "tokens made for nobody: " + model.made.get());
    }

    @Test
    void openAiCancels() throws InterruptedException {
        model.gate.drainPermits();
        try (StreamResponse<
                ChatCompletionChunk> stream = openai.chat().completions().createStreaming(ask(LONG).build())) {
            model.gate.release(2);
            stream.stream().flatMap(chunk -> chunk.choices().stream())
                    .filter(choice -> choice.delta().content().orElse("").equals(" b")).findFirst().orElseThrow();
        }
        assertCancelled();
    }

    @Test
    void langChainCancels() throws Exception {
        model.gate.drainPermits();
        OpenAiStreamingChatModel chat = OpenAiStreamingChatModel.builder().baseUrl(served.url("/v1")).apiKey("k")
                .modelName("words").build();
        CompletableFuture<Void> heard = new CompletableFuture<>();
        model.gate.release(2);
        chat.chat(LONG, new StreamingChatResponseHandler() {

            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                context.streamingHandle().cancel();
                heard.complete(null);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                heard.completeExceptionally(new AssertionError("the answer came whole"));
            }

            @Override
            public void onError(Throwable failure) {
                heard.completeExceptionally(failure);
            }
        });
        heard.get(30, TimeUnit.SECONDS);
        assertCancelled();
    }

    @Test
    void langChainJsonSchema() {
        OpenAiChatModel chat = OpenAiChatModel.builder().baseUrl(served.url("/v1")).apiKey("k").modelName("words")
                .maxRetries(0).strictJsonSchema(true).build();
        JsonSchema schema = JsonSchema.builder().name("city")
                .rootElement(JsonObjectSchema.builder().addStringProperty("name").required("name").build()).build();
        ChatResponse answer = chat.chat(ChatRequest.builder().messages(UserMessage.from("{\"name\":\"Oslo\"}"))
                .responseFormat(ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build())
                .build());
        assertEquals("{\"name\":\"Oslo\"}", answer.aiMessage().text());
        assertEquals("string", model.last.format().schema().orElseThrow().at("/properties/name/type").textValue());
    }

    @Test
    void openAiErrors() {
        BadRequestException refused = assertThrows(BadRequestException.class,
                () -> openai.chat().completions().create(ask("a").temperature(7).build()));
        assertTrue(refused.getMessage().contains("temperature is 7"), refused.getMessage());
        assertEquals("temperature", refused.param().orElseThrow());
    }

    @Test
    void openAiCompletionsAndModels() {
        var answer = openai.completions()
                .create(CompletionCreateParams.builder().model("words").prompt("a b c").maxTokens(2).build());
        assertEquals("a b", answer.choices().getFirst().text());
        assertEquals("words", openai.models().list().data().getFirst().id());
    }

    @Test
    void langChainWhole() {
        OpenAiChatModel chat = OpenAiChatModel.builder().baseUrl(served.url("/v1")).apiKey("k").modelName("words")
                .maxRetries(0).build();
        assertEquals("hello there", chat.chat("hello there"));
        ChatResponse called = chat.chat(ChatRequest.builder().messages(UserMessage.from("call weather {}"))
                .toolSpecifications(ToolSpecification.builder().name("weather").description("tells").build()).build());
        assertEquals("weather", called.aiMessage().toolExecutionRequests().getFirst().name());
    }

    @Test
    void langChainStreamed() throws Exception {
        OpenAiStreamingChatModel chat = OpenAiStreamingChatModel.builder().baseUrl(served.url("/v1")).apiKey("k")
                .modelName("words").build();
        CompletableFuture<String> whole = new CompletableFuture<>();
        StringBuilder pieces = new StringBuilder();
        chat.chat("one two three", new StreamingChatResponseHandler() {

            @Override
            public void onPartialResponse(String piece) {
                pieces.append(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response.aiMessage().text());
            }

            @Override
            public void onError(Throwable failure) {
                whole.completeExceptionally(failure);
            }
        });
        assertEquals("one two three", whole.get(30, TimeUnit.SECONDS));
        assertEquals("one two three", pieces.toString());
    }
}
