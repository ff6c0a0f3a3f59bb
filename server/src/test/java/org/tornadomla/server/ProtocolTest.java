package org.tornadomla.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.error.DeviceException;

/** The protocol over real connections, with a model whose tokens are words. */
@Timeout(60)
class ProtocolTest {

    private static final String CHAT = "/v1/chat/completions";
    private final WordModel model = new WordModel();
    private ServedModel served;

    @BeforeEach
    void start() {
        served = new ServedModel(model);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static String chat(String content, String more) {
        return "{\"model\":\"words\",\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]" + more + "}";
    }

    @Test
    void answersAConversation() {
        JsonNode answer = ServedModel.json(served.post(CHAT, chat("one two three", "")));
        assertEquals("chat.completion", answer.get("object").textValue());
        JsonNode choice = answer.get("choices").get(0);
        assertEquals("one two three", choice.at("/message/content").textValue());
        assertEquals("assistant", choice.at("/message/role").textValue());
        assertEquals("stop", choice.get("finish_reason").textValue());
        assertEquals("{\"prompt_tokens\":3,\"completion_tokens\":3,\"total_tokens\":6,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":1}}", answer.get("usage").toString());
    }

    @Test
    void streamsAConversation() {
        HttpResponse<String> response = served.post(CHAT,
                chat("one two", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertTrue(response.headers().firstValue("Content-Type").orElseThrow().startsWith("text/event-stream"));
        List<JsonNode> events = ServedModel.events(response);
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.at("/choices/0/delta/content").asText("")));
        assertEquals("one two", text.toString());
        assertEquals("assistant", events.getFirst().at("/choices/0/delta/role").textValue());
        assertEquals("stop", events.get(events.size() - 2).at("/choices/0/finish_reason").textValue());
        assertEquals(4, events.getLast().at("/usage/total_tokens").intValue());
        assertEquals(0, events.getLast().get("choices").size());
        assertEquals(1, events.stream().map(event -> event.get("id")).distinct().count());
    }

    @Test
    void aStreamComesWhileItIsWritten() throws IOException {
        model.gate.drainPermits();
        byte[] body = chat("a b c", ",\"stream\":true").getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", served.server.port())) {
            socket.getOutputStream()
                    .write(("POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            model.gate.release(1);
            assertTrue(readUntil(socket.getInputStream(), "\"content\":\"a\""), "the first token before the second");
            assertEquals(1, model.made.get());
            model.gate.release(10);
            assertTrue(readUntil(socket.getInputStream(), "[DONE]"));
        }
    }

    private static boolean readUntil(InputStream in, String wanted) throws IOException {
        StringBuilder text = new StringBuilder();
        int next;
        while ((next = in.read()) >= 0) {
            if (text.append((char) next).indexOf(wanted) >= 0) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aClientThatGoesAwayCancelsItsText() throws Exception {
        model.gate.drainPermits();
        byte[] body = chat("a b c d e f g h i j k l m n o p", ",\"stream\":true").getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", served.server.port())) {
            socket.getOutputStream()
                    .write(("POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            model.gate.release(1);
            readUntil(socket.getInputStream(), "\"content\":\"a\"");
            socket.setSoLinger(true, 0);
        }
        for (int i = 0; i < 200 && model.cancelled.get() == 0; i++) {
            model.gate.release(i < 10 ? 1 : 0);
            Thread.sleep(20);
        }
        model.gate.release(100);
        assertEquals(1, model.cancelled.get(), "texts cancelled");
        assertTrue(model.made.get() < 16, "tokens made for nobody: " + model.made.get());
    }

    @Test
    void severalChoicesAndLogprobs() {
        JsonNode answer = ServedModel
                .json(served.post(CHAT, chat("one two", ",\"n\":2,\"logprobs\":true,\"top_logprobs\":1")));
        assertEquals(2, answer.get("choices").size());
        assertEquals(1, answer.get("choices").get(1).get("index").intValue());
        JsonNode first = answer.at("/choices/1/logprobs/content/0");
        assertEquals("one", first.get("token").textValue());
        assertEquals(-0.5, first.at("/top_logprobs/0/logprob").doubleValue());
        assertEquals("[111,110,101]", first.get("bytes").toString());
        assertEquals(6, answer.at("/usage/total_tokens").intValue());
    }

    @Test
    void tellsReasoningAndCalls() {
        String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{}}}]";
        JsonNode answer = ServedModel.json(served.post(CHAT, chat("call weather {\\\"city\\\":1}", tools)));
        JsonNode message = answer.at("/choices/0/message");
        assertEquals("tool_calls", answer.at("/choices/0/finish_reason").textValue());
        assertTrue(message.get("content").isNull());
        assertEquals("thinking", message.get("reasoning_content").textValue());
        assertEquals("weather", message.at("/tool_calls/0/function/name").textValue());
        assertEquals("{\"city\":1}", message.at("/tool_calls/0/function/arguments").textValue());
        List<JsonNode> events = ServedModel
                .events(served.post(CHAT, chat("call weather {}", tools + ",\"stream\":true")));
        assertTrue(events.stream().anyMatch(e -> e.at("/choices/0/delta/tool_calls/0/index").isInt()));
        JsonNode without = ServedModel
                .json(served.post(CHAT, chat("call weather {}", tools + ",\"tool_choice\":\"none\"")));
        assertEquals("call weather {}", without.at("/choices/0/message/content").textValue());
    }

    @Test
    void continuesTexts() {
        JsonNode answer = ServedModel.json(
                served.post("/v1/completions", "{\"prompt\":[\"a b\",\"c d e\"],\"max_tokens\":2,\"echo\":true}"));
        assertEquals("text_completion", answer.get("object").textValue());
        assertEquals("a ba b", answer.at("/choices/0/text").textValue());
        assertEquals("stop", answer.at("/choices/0/finish_reason").textValue());
        assertEquals("length", answer.at("/choices/1/finish_reason").textValue());
        assertEquals(5, answer.at("/usage/prompt_tokens").intValue());
        assertEquals(1, answer.at("/usage/prompt_tokens_details/cached_tokens").intValue(), "the second was cut");
        JsonNode twice = ServedModel
                .json(served.post("/v1/completions", "{\"prompt\":[\"a b c d\",\"e f\"],\"max_tokens\":9,\"n\":2}"));
        assertEquals(3, twice.at("/usage/prompt_tokens_details/cached_tokens").intValue(), "two and one, once each");
        List<JsonNode> events = ServedModel
                .events(served.post("/v1/completions", "{\"prompt\":[0,1],\"max_tokens\":9,\"stream\":true}"));
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.at("/choices/0/text").asText("")));
        assertEquals("a b", text.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {"messages":[{"role":"user","content":"a"}],"temperature":3}               | temperature | 0.0 to 2.0
                    {"messages":[{"role":"user","content":"a"}],"temperature":"1"}             | temperature | "1"
                    {"messages":[{"role":"user","content":"a"}],"n":0}                         | n | 1 to 16
                    {"messages":[{"role":"user","content":"a"}],"stop":["a","b","c","d","e"]}  | stop | at most 4
                    {"messages":[{"role":"user","content":"a"}],"stop":""}                     | stop | empty
                    {"messages":[{"role":"user","content":"a"}],"frequency_penalty":9}         | frequency_penalty | -2.0 to 2.0
                    {"messages":[{"role":"user","content":"a"}],"logit_bias":{"x":1}}          | logit_bias | id of a token
                    {"messages":[{"role":"user","content":"a"}],"surprise":1}                  | surprise | leave it out
                    {"messages":[{"role":"user","content":"a"}],"max_tokens":0}                | max_tokens | from 1
                    {"messages":[{"role":"user","content":"a"}],"top_logprobs":2}              | top_logprobs | without logprobs
                    {"messages":[{"role":"user","content":"a"}],"tool_choice":"required"}      | tool_choice | tools has none
                    {"messages":[{"role":"user","content":"a"}],"tool_choice":"perhaps"}       | tool_choice | "required"
                    {"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"all"}}  | tool_choice.type | "function"
                    {"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"function","function":{"name":"f"}}} | tool_choice | the function f
                    {"messages":[{"role":"user","content":"a"}],"tools":[{"function":{"name":"f"}}],"tool_choice":"required","response_format":{"type":"json_object"}} | tool_choice | leave one of them out
                    {"messages":[{"role":"user","content":"a"}],"response_format":{"type":"x"}}| response_format.type | json_schema
                    {"messages":[]}                                                            | messages | at least one
                    {}                                                                         | messages | missing
                    {"messages":[{"role":"wizard","content":"a"}]}                             | messages[0].role | assistant
                    {"messages":[{"role":"user"}]}                                             | messages[0].content | missing
                    {"messages":[{"role":"user","content":[{"type":"image_url"}]}]}            | messages[0].content[0].type | texts only
                    {"messages":[5]}                                                           | messages[0] | an object
                    {"messages":[{"role":"user","content":""}]}                                | messages | no tokens
                    """)
    void refusesAFieldByItsName(String body, String field, String reason) {
        HttpResponse<String> response = served.post(CHAT, body);
        assertEquals(400, response.statusCode(), response.body());
        JsonNode error = ServedModel.json(response).get("error");
        assertEquals("invalid_request_error", error.get("type").textValue());
        assertEquals(field, error.get("param").textValue());
        assertTrue(error.get("message").textValue().contains(reason), error.toString());
        assertEquals(0, model.made.get(), "tokens made for a refused request");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            nonsense                | invalid_json
            {"messages":[           | invalid_json
            [1]                     | invalid_json
            {"messages":[]} trailing| invalid_json
            """)
    void refusesABodyThatIsNoObject(String body, String code) {
        HttpResponse<String> response = served.post(CHAT, body);
        assertEquals(400, response.statusCode());
        assertEquals(code, ServedModel.json(response).at("/error/code").textValue());
    }

    @Test
    void refusesWhatDoesNotFitTheContext() {
        String words = "w ".repeat(WordModel.CONTEXT);
        JsonNode error = ServedModel.json(served.post(CHAT, chat(words, ""))).get("error");
        assertEquals("context_length_exceeded", error.get("code").textValue());
        assertTrue(error.get("message").textValue().contains("50 tokens"), error.toString());
        error = ServedModel.json(served.post(CHAT, chat("a b", ",\"max_tokens\":49"))).get("error");
        assertTrue(error.get("message").textValue().contains("2 tokens and 49 are asked for"), error.toString());
    }

    @Test
    void refusesAnotherModelAnotherPathAnotherMethod() {
        HttpResponse<String> other = served.post(CHAT,
                "{\"model\":\"gpt\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
        assertEquals(404, other.statusCode());
        assertEquals("model_not_found", ServedModel.json(other).at("/error/code").textValue());
        assertEquals(404, served.get("/v2").statusCode());
        HttpResponse<String> method = served.get(CHAT);
        assertEquals(405, method.statusCode());
        assertEquals("POST", method.headers().firstValue("Allow").orElseThrow());
        HttpResponse<String> embeddings = served.post("/v1/embeddings", "{}");
        assertEquals(404, embeddings.statusCode());
        assertTrue(embeddings.body().contains("not embeddings"));
    }

    @Test
    void asksForTheKey() {
        try (ServedModel closed = new ServedModel(model, ServedModel.withKey("secret"))) {
            assertEquals(401, closed.get("/v1/models").statusCode());
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(closed.url("/v1/models")));
            assertEquals(401, closed.send(request.copy().header("Authorization", "Bearer wrong")).statusCode());
            assertEquals(200, closed.send(request.copy().header("Authorization", "Bearer secret")).statusCode());
            assertEquals(200, closed.get("/health").statusCode(), "a balancer has no key");
        }
    }

    @Test
    void refusesALargeBody() {
        try (ServedModel small = new ServedModel(model, ServedModel.withMaxBody(100))) {
            HttpResponse<String> response = small.post(CHAT, chat("a ".repeat(100), ""));
            assertEquals(413, response.statusCode());
            assertEquals("request_too_large", ServedModel.json(response).at("/error/code").textValue());
        }
    }

    @Test
    void aFullQueueSaysWhenToTryAgain() {
        model.most = 1;
        model.gate.drainPermits();
        HttpResponse<String> response = served.post(CHAT, chat("a", ",\"n\":2"));
        assertEquals(429, response.statusCode());
        assertEquals("1", response.headers().firstValue("Retry-After").orElseThrow());
        assertEquals("rate_limit_error", ServedModel.json(response).at("/error/type").textValue());
        model.gate.release(9);
    }

    @Test
    void aFailureIsToldInBothForms() {
        model.failure = new DeviceException("the device is lost");
        HttpResponse<String> whole = served.post(CHAT, chat("a", ""));
        assertEquals(500, whole.statusCode());
        assertEquals("the device is lost", ServedModel.json(whole).at("/error/message").textValue());
        HttpResponse<String> stream = served.post(CHAT, chat("a", ",\"stream\":true"));
        assertEquals(200, stream.statusCode());
        assertTrue(stream.body().contains("\"error\":{\"message\":\"the device is lost\""), stream.body());
        assertFalse(stream.body().contains("[DONE]"));
    }

    @Test
    void aStoppingServerTakesNothingNew() {
        served.server.refuseNew();
        HttpResponse<String> response = served.post(CHAT, chat("a", ""));
        assertEquals(503, response.statusCode());
        assertEquals("shutting_down", ServedModel.json(response).at("/error/code").textValue());
    }

    @Test
    void tellsModelsTokensStateAndMetrics() {
        JsonNode models = ServedModel.json(served.get("/v1/models"));
        assertEquals("words", models.at("/data/0/id").textValue());
        assertEquals("words", ServedModel.json(served.get("/v1/models/words")).get("id").textValue());
        JsonNode tokens = ServedModel.json(served.post("/tokenize", "{\"text\":\"x y x\"}"));
        assertEquals("[0,1,0]", tokens.get("tokens").toString());
        assertEquals("{\"total\":100,\"used\":7,\"kept\":5}",
                ServedModel.json(served.get("/status")).get("pages").toString());
        served.post(CHAT, chat("zebra two", ""));
        String metrics = served.get("/metrics").body();
        assertTrue(metrics.contains("mla_tokens_total{kind=\"answer\"} 2.0"), metrics);
        assertTrue(metrics.contains("mla_cache_pages_used 7.0"), metrics);
        assertTrue(metrics.contains("mla_cache_pages_kept 5.0"), metrics);
        assertTrue(metrics.contains("mla_prefix_hits_total 3.0"), metrics);
        for (String line : List.of("mla_draft_rounds_total 10.0", "mla_draft_tokens_total 8.0",
                "mla_draft_accepted_total 6.0")) {
            assertTrue(metrics.contains(line), metrics);
        }
        assertTrue(metrics.contains("mla_prefix_tokens_total 44.0"), metrics);
        assertFalse(metrics.contains("zebra"), "no text of a user in metrics");
    }

    @Test
    void showsAPage() {
        HttpResponse<String> page = served.get("/");
        assertEquals(200, page.statusCode());
        assertTrue(page.body().startsWith("<!doctype html>"));
        assertTrue(page.headers().firstValue("Content-Security-Policy").isPresent());
        assertFalse(page.body().contains("http://"), "the page loads nothing from elsewhere");
        assertFalse(page.body().contains("https://"), "the page loads nothing from elsewhere");
        HttpResponse<String> head = served.send(HttpRequest.newBuilder(URI.create(served.url("/")))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()).timeout(Duration.ofSeconds(5)));
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
    }
}
