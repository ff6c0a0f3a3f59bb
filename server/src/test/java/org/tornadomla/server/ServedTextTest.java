package org.tornadomla.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.decoder.Speculation;
import org.tornadomla.tokenizer.TextTokenizer;

/** A real model behind the server: the shipped one, with a chat template of the test's own beside it. */
@Timeout(240)
class ServedTextTest {

    /** The mark in the comment makes it a template of a family that calls. */
    private static final String TEMPLATE = "{# <tool_call> #}{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}";
    private static final String TOOLS = """
            ,"tools":[
              {"type":"function","function":{"name":"reign","parameters":{"type":"object","properties":{
                "king":{"enum":["Saul","David"]},"years":{"type":"integer","minimum":1,"maximum":40}},
                "required":["king","years"],"additionalProperties":false}}},
              {"type":"function","function":{"name":"rest","parameters":{"additionalProperties":false}}}]""";

    @TempDir
    private static Path folder;
    private static Decoder decoder;
    private static TextTokenizer tokenizer;
    private static Scheduler scheduler;
    private static ModelService service;
    private static ServedModel client;

    @BeforeAll
    static void start() throws IOException {
        Path shipped = Path.of("models/tiny-kjv");
        try (Stream<Path> files = Files.list(shipped)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(folder.resolve(file.getFileName()), file.toAbsolutePath());
            }
        }
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
        decoder = Decoder.load(folder, Targets.automatic().withoutSelfTest(),
                DecoderOptions.defaults().withBatch(4).withCacheTokens(2048).withDraftTokens(3));
        tokenizer = TextTokenizer.load(folder);
        scheduler = new Scheduler(decoder, tokenizer, SchedulerOptions.defaults().withKeptTexts(true));
        scheduler.start();
        service = service(scheduler);
        client = new ServedModel(service.port());
    }

    private static ModelService service(Scheduler texts) {
        ServerConfig config = new ServerConfig(new InetSocketAddress("127.0.0.1", 0), Optional.empty(), 1 << 20,
                Duration.ofSeconds(1));
        return new ModelService(config, new ModelService.Texts("kjv", folder, 256, false), decoder, tokenizer, texts);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        client.close();
        service.stop();
        scheduler.close();
        decoder.close();
        tokenizer.close();
    }

    private static String completion(String prompt, int tokens) {
        return ServedModel
                .json(client.post("/v1/completions",
                        "{\"prompt\":\"" + prompt + "\",\"temperature\":0,\"max_tokens\":" + tokens + "}"))
                .at("/choices/0/text").textValue();
    }

    private static String alone(String prompt, int tokens) {
        Generator generator = new Generator(decoder, tokenizer);
        return generator.run(
                generator.prepare(GenerationRequest.greedy(tokenizer.encode(prompt, true), tokens), (id, text) -> {}))
                .text();
    }

    @Test
    void writesWhatTheGeneratorWrites() {
        assertEquals(alone("Hear the word of the LORD,", 20), completion("Hear the word of the LORD,", 20));
    }

    @Test
    void manyClientsGetTheTextsOfOne() throws Exception {
        List<String> prompts = List.of("In the beginning", "And the LORD said", "The king of Israel", "Blessed are",
                "And it came to pass", "Thou shalt not", "Hear, O Israel", "The sons of");
        List<String> expected = prompts.stream().map(prompt -> alone(prompt, 24)).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> texts = new ArrayList<>();
            for (int i = 0; i < 3 * prompts.size(); i++) {
                String prompt = prompts.get(i % prompts.size());
                texts.add(threads.submit((Callable<String>) () -> completion(prompt, 24)));
            }
            for (int i = 0; i < texts.size(); i++) {
                assertEquals(expected.get(i % prompts.size()), texts.get(i).get());
            }
        }
    }

    /** Tokens, log-probabilities and ends are those of a server without guesses, drawn or not. */
    @Test
    void guessesChangeNoAnswer() throws InterruptedException {
        ModelService guessing;
        double accepted;
        try (Scheduler texts = new Scheduler(decoder, tokenizer,
                SchedulerOptions.defaults().withSpeculation(Speculation.lookup(3)))) {
            texts.start();
            guessing = service(texts);
            try (ServedModel other = new ServedModel(guessing.port())) {
                for (String sampling : List.of("\"temperature\":0", "\"temperature\":0.6,\"seed\":4,\"n\":2",
                        "\"temperature\":0.9,\"seed\":5,\"frequency_penalty\":0.3,\"stop\":[\"holy\"]")) {
                    String request = "{\"prompt\":\"holy, holy, holy, holy, holy,\",\"max_tokens\":24," + sampling
                            + "}";
                    JsonNode plain = ServedModel.json(client.post("/v1/completions", request));
                    JsonNode guessed = ServedModel.json(other.post("/v1/completions", request));
                    assertTrue(plain.at("/choices/0/text").textValue().length() > 1, plain.toString());
                    assertEquals(plain.get("choices"), guessed.get("choices"));
                    assertEquals(plain.at("/usage/completion_tokens"), guessed.at("/usage/completion_tokens"));
                }
                accepted = metric(other, "mla_draft_accepted_total");
                assertTrue(metric(other, "mla_draft_tokens_total") >= accepted);
            } finally {
                guessing.stop();
            }
            assertEquals(texts.drafts().accepted(), accepted);
        }
        assertTrue(accepted > 5, accepted + " guesses were right");
        assertEquals(0, metric(client, "mla_draft_tokens_total"));
    }

    private static double metric(ServedModel server, String name) {
        return server.get("/metrics").body().lines().filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1))).findFirst().orElseThrow();
    }

    /** What a second turn has in common with the first is in the cache, and is told to the client. */
    @Test
    void aSecondTurnFindsTheFirst() {
        String first = "{\"role\":\"user\",\"content\":\"" + "Who made the heavens and the earth? ".repeat(9) + "\"}";
        JsonNode answer = talk(first);
        int prompt = answer.at("/usage/prompt_tokens").intValue();
        JsonNode second = talk(first + ",{\"role\":\"assistant\",\"content\":" + answer.at("/choices/0/message/content")
                + "},{\"role\":\"user\",\"content\":\"And the sea?\"}");
        int cached = second.at("/usage/prompt_tokens_details/cached_tokens").intValue();
        assertTrue(cached >= prompt && cached < second.at("/usage/prompt_tokens").intValue(), second.toString());
        assertTrue(ServedModel.json(client.get("/status")).at("/pages/kept").intValue() > 0);
    }

    private static JsonNode talk(String messages) {
        return ServedModel.json(client.post("/v1/chat/completions",
                "{\"messages\":[" + messages + "],\"temperature\":0,\"max_tokens\":12}"));
    }

    @Test
    void seedsGiveTheSameAnswers() {
        String body = "{\"prompt\":\"And\",\"temperature\":1.2,\"seed\":7,\"n\":2,\"max_tokens\":12}";
        JsonNode first = ServedModel.json(client.post("/v1/completions", body)).get("choices");
        JsonNode second = ServedModel.json(client.post("/v1/completions", body)).get("choices");
        assertEquals(first, second);
        assertFalse(first.get(0).get("text").equals(first.get(1).get("text")), first.toString());
    }

    @Test
    void keepsToASchema() throws IOException {
        String schema = "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":8},\"age\":"
                + "{\"type\":\"integer\",\"minimum\":1,\"maximum\":969}},\"required\":[\"name\",\"age\"],"
                + "\"additionalProperties\":false}";
        for (int seed = 0; seed < 4; seed++) {
            JsonNode answer = ServedModel.json(client.post("/v1/chat/completions",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"Who?\"}],\"seed\":" + seed
                            + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"man\",\"schema\":"
                            + schema + "}}}"));
            assertEquals("stop", answer.at("/choices/0/finish_reason").textValue(), answer.toString());
            JsonNode man = Exchange.JSON.readTree(answer.at("/choices/0/message/content").textValue());
            assertTrue(man.get("name").textValue().length() <= 8, man.toString());
            assertTrue(man.get("age").intValue() >= 1 && man.get("age").intValue() <= 969, man.toString());
        }
    }

    private static JsonNode called(String choice, String more) {
        JsonNode answer = ServedModel.json(client.post("/v1/chat/completions",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Who reigned?\"}],\"max_tokens\":200" + TOOLS
                        + ",\"tool_choice\":" + choice + more + "}"));
        assertEquals("tool_calls", answer.at("/choices/0/finish_reason").textValue(), answer.toString());
        assertEquals(1, answer.at("/choices/0/message/tool_calls").size(), answer.toString());
        return answer.at("/choices/0/message");
    }

    /** A model that never saw a tool calls the one that it must, with arguments of its schema. */
    @Test
    void callsTheFunctionThatIsForced() throws IOException {
        for (int seed = 0; seed < 2; seed++) {
            JsonNode call = called("{\"type\":\"function\",\"function\":{\"name\":\"reign\"}}", ",\"seed\":" + seed)
                    .at("/tool_calls/0/function");
            assertEquals("reign", call.get("name").textValue());
            JsonNode arguments = Exchange.JSON.readTree(call.get("arguments").textValue());
            assertTrue(List.of("Saul", "David").contains(arguments.get("king").textValue()), arguments.toString());
            assertTrue(arguments.get("years").intValue() >= 1 && arguments.get("years").intValue() <= 40);
        }
    }

    @Test
    void callsOneFunctionWhereOneIsRequired() {
        String name = called("\"required\"", "").at("/tool_calls/0/function/name").textValue();
        assertTrue(List.of("reign", "rest").contains(name), name);
    }

    /** OpenAI refuses such a request too; nobody would see that the bias did nothing. */
    @Test
    void aBiasOnAnIdThatIsNoTokenIsRefused() {
        for (int id : new int[]{-1, 1_000_000}) {
            for (String stream : List.of("false", "true")) {
                HttpResponse<String> refused = client.post("/v1/completions",
                        "{\"prompt\":\"And the\",\"stream\":" + stream + ",\"logit_bias\":{\"" + id + "\":1}}");
                assertEquals(400, refused.statusCode());
                JsonNode error = ServedModel.parse(refused.body()).get("error");
                assertEquals("logit_bias", error.get("param").textValue());
                assertTrue(error.get("message").textValue().contains("logit_bias has the token id " + id),
                        error::toString);
            }
        }
    }

    @Test
    void biasAndPenaltiesChangeWhatIsWritten() {
        int[] id = tokenizer.encode(" sword", false);
        assertEquals(1, id.length);
        String biased = ServedModel.json(client.post("/v1/completions",
                "{\"prompt\":\"And the\",\"temperature\":0,\"max_tokens\":4,\"logit_bias\":{\"" + id[0] + "\":100}}"))
                .at("/choices/0/text").textValue();
        assertEquals(" sword sword sword sword", biased);
        String varied = ServedModel.json(client.post("/v1/completions",
                "{\"prompt\":\"And the\",\"temperature\":0,\"max_tokens\":4,\"presence_penalty\":2,\"logit_bias\":{\""
                        + id[0] + "\":14}}"))
                .at("/choices/0/text").textValue();
        assertTrue(varied.startsWith(" sword"), varied);
    }

    @Test
    void logprobsAreThoseOfTheModel() {
        JsonNode entry = ServedModel
                .json(client.post("/v1/chat/completions",
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"Who?\"}],\"temperature\":0,\"max_tokens\":1,"
                                + "\"logprobs\":true,\"top_logprobs\":3,\"presence_penalty\":1}"))
                .at("/choices/0/logprobs/content/0");
        assertEquals(entry.get("logprob"), entry.at("/top_logprobs/0/logprob"));
        double sum = 0;
        double last = 0;
        for (JsonNode other : entry.get("top_logprobs")) {
            double logprob = other.get("logprob").doubleValue();
            assertTrue(logprob <= last);
            last = logprob;
            sum += Math.exp(logprob);
        }
        assertTrue(sum > 0 && sum <= 1, "sum " + sum);
    }

    @Test
    void specialTokensThatPeopleTypeAreText() {
        String special = new String(tokenizer.bytes(tokenizer.endId().orElseThrow()));
        PlainMarks marks = new PlainMarks(tokenizer);
        String typed = "say " + special + " now";
        assertEquals(1, tokenizer.encode(special, false).length, "it is a special token");
        char mark = PlainMarks.mark(List.of(typed));
        int[] ids = marks.encode("user: " + marks.marked(typed, mark), mark);
        for (int id : ids) {
            assertFalse(id == tokenizer.endId().getAsInt(), "the end token was made of what a user typed");
        }
        assertEquals("user: " + typed, tokenizer.decode(ids).strip());
    }

    @Test
    void aPromptOfIdsBeyondTheVocabularyIsRefused() {
        JsonNode error = ServedModel.json(client.post("/v1/completions", "{\"prompt\":[999999]}")).get("error");
        assertTrue(error.get("message").textValue().contains("999999"), error.toString());
    }
}
