package org.tornadomla.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * One request and its answer: the body is read within its limit, an answer is written once, whole or as events.
 */
final class Exchange implements AutoCloseable {

    /** One reader and writer of JSON for the whole server; text behind the value is refused. */
    static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpExchange http;
    private final ServerConfig config;
    private int status;

    Exchange(HttpExchange http, ServerConfig config) {
        this.http = http;
        this.config = config;
    }

    /** The path of the request. */
    String path() {
        return http.getRequestURI().getPath();
    }

    /** Refuses a method other than the one that the path takes; HEAD goes where GET does. */
    void requireMethod(String allowed) {
        String given = http.getRequestMethod();
        if (!given.equals(allowed) && !(allowed.equals("GET") && given.equals("HEAD"))) {
            http.getResponseHeaders().set("Allow", allowed);
            throw ApiException.method(given, allowed);
        }
    }

    /** Refuses a request without the server's key. The comparison takes the same time whatever is given. */
    void requireKey() {
        if (config.key().isEmpty()) {
            return;
        }
        String given = http.getRequestHeaders().getFirst("Authorization");
        byte[] wanted = ("Bearer " + config.key().get()).getBytes(StandardCharsets.UTF_8);
        if (given == null || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), wanted)) {
            http.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            throw ApiException.unauthorized();
        }
    }

    /** The body as JSON. */
    JsonNode body() throws IOException {
        try (InputStream in = http.getRequestBody()) {
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, config.maxBody() + 1));
            if (bytes.length > config.maxBody()) {
                throw ApiException.tooLarge(config.maxBody());
            }
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw ApiException.body("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    /** Answers with JSON. */
    void json(int code, JsonNode answer) throws IOException {
        send(code, "application/json", JSON.writeValueAsBytes(answer));
    }

    /** Answers with bytes. */
    void send(int code, String type, byte[] bytes) throws IOException {
        begin(code, type, http.getRequestMethod().equals("HEAD") ? -1 : bytes.length);
        if (!http.getRequestMethod().equals("HEAD")) {
            // Closed here, where it can be told that the client is gone.
            try (OutputStream out = http.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    /** Sets a header of the answer, before it begins. */
    void header(String name, String value) {
        http.getResponseHeaders().set(name, value);
    }

    /** Starts an answer of events. */
    void beginEvents() throws IOException {
        header("Cache-Control", "no-cache");
        header("X-Accel-Buffering", "no");
        begin(200, "text/event-stream; charset=utf-8", 0);
        http.getResponseBody().flush();
    }

    /**
     * Writes an event and sends it at once.
     *
     * @throws IOException when the client is gone
     */
    void event(JsonNode event) throws IOException {
        OutputStream out = http.getResponseBody();
        out.write(DATA);
        out.write(JSON.writeValueAsBytes(event));
        out.write(END);
        out.flush();
    }

    /** Writes the mark behind the last event. */
    void endEvents() throws IOException {
        http.getResponseBody().write(DONE);
        http.getResponseBody().flush();
    }

    private void begin(int code, String type, long length) throws IOException {
        status = code;
        header("Content-Type", type);
        http.sendResponseHeaders(code, length);
    }

    /** Whether an answer began. */
    boolean began() {
        return status != 0;
    }

    /** The status of the answer; 0 before it began. */
    int status() {
        return status;
    }

    @Override
    public void close() {
        http.close();
    }
}
