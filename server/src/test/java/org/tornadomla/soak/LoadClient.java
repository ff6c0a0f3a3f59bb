package org.tornadomla.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.SamplerConfig;

/** One of many clients of a server: it asks well and badly, reads slowly, goes away, and knows each text alone. */
final class LoadClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> MALFORMED = List.of("", "{", "[]", "{\"prompt\":7}",
            "{\"prompt\":\"a\",\"n\":99}", "{\"prompt\":[1,2,-3]}", "{\"prompt\":\"a\",\"max_tokens\":1e9}", "nonsense",
            "{\"prompt\":\"\\ud800\"");

    private final int port;
    private final HttpClient http;
    private final SoakTexts texts;
    private final SplittableRandom random;
    private final Load load;

    /** What all clients did, and how long whole answers and first tokens took. */
    record Load(ConcurrentMap<String, LongAdder> did, Times whole, Times first) {

        Load() {
            this(new ConcurrentHashMap<>(), new Times(), new Times());
        }

        void count(String what) {
            did.computeIfAbsent(what, _ -> new LongAdder()).increment();
        }

        long counted(String what) {
            return did.getOrDefault(what, new LongAdder()).sum();
        }
    }

    /** Times, of which the last hundred thousand are kept. */
    static final class Times {

        private final long[] nanos = new long[100_000];
        private int count;

        synchronized void add(long time) {
            nanos[count++ % nanos.length] = time;
        }

        /** The median and the 99th of a hundred, in milliseconds. */
        @Override
        public synchronized String toString() {
            long[] sorted = Arrays.copyOf(nanos, Math.min(count, nanos.length));
            Arrays.sort(sorted);
            return sorted.length == 0 ? "none" : "p50 " + at(sorted, 50) + " ms, p99 " + at(sorted, 99) + " ms";
        }

        private static long at(long[] sorted, int percent) {
            return sorted[(int) ((sorted.length - 1L) * percent / 100)] / 1_000_000;
        }
    }

    LoadClient(int port, HttpClient http, SoakTexts texts, SplittableRandom random, Load load) {
        this.port = port;
        this.http = http;
        this.texts = texts;
        this.random = random;
        this.load = load;
    }

    /** Does one thing. */
    void step() throws IOException, InterruptedException {
        int index = random.nextInt(texts.count());
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> whole(index);
            case 3, 4, 5 -> stream(index, Integer.MAX_VALUE);
            case 6 -> stream(index, random.nextInt(1, 6));
            case 7 -> slow(index);
            case 8 -> malformed();
            default -> killed(index);
        }
    }

    private ObjectNode body(int index) {
        GenerationRequest request = texts.request(index);
        SamplerConfig sampling = request.sampling();
        ObjectNode body = JSON.createObjectNode().put("max_tokens", request.maxTokens())
                .put("temperature", sampling.temperature()).put("seed", sampling.seed());
        Arrays.stream(request.promptIds()).forEach(body.putArray("prompt")::add);
        return body;
    }

    private HttpRequest request(String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/completions")).timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    /** Whether the queue was full, which is said as it should be. */
    private boolean isFull(HttpResponse<?> response) throws InterruptedException {
        if (response.statusCode() != 429) {
            return false;
        }
        load.count("refused since the queue is full");
        assertTrue(response.headers().firstValue("Retry-After").isPresent());
        Thread.sleep(random.nextInt(200));
        return true;
    }

    private void whole(int index) throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<
                String> response = http.send(request(body(index).toString()), HttpResponse.BodyHandlers.ofString());
        if (isFull(response)) {
            return;
        }
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(texts.text(index), JSON.readTree(response.body()).at("/choices/0/text").textValue());
        load.whole().add(System.nanoTime() - start);
        load.count("whole");
    }

    /** Reads a stream to its end, or goes away after some events. */
    private void stream(int index, int most) throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<InputStream> response = http.send(request(body(index).put("stream", true).toString()),
                HttpResponse.BodyHandlers.ofInputStream());
        StringBuilder text = new StringBuilder();
        boolean whole = false;
        try (BufferedReader events = new BufferedReader(
                new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (isFull(response)) {
                return;
            }
            for (int count = 0; count < most && !whole; count++) {
                String line = events.readLine();
                if (line.isEmpty()) {
                    line = events.readLine();
                }
                whole = line.equals("data: [DONE]");
                if (!whole) {
                    text.append(piece(JSON.readTree(line.substring("data: ".length()))));
                }
                if (count == 0) {
                    load.first().add(System.nanoTime() - start);
                }
            }
        }
        if (whole) {
            assertEquals(texts.text(index), text.toString());
        } else {
            assertTrue(texts.text(index).startsWith(text.toString()), text + " is not of " + texts.text(index));
        }
        load.count(whole ? "streamed" : "left");
    }

    private static String piece(JsonNode event) {
        assertTrue(event.at("/choices/0/text").isTextual(), event.toString());
        return event.at("/choices/0/text").textValue();
    }

    private Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return socket;
    }

    private static byte[] raw(byte[] body) {
        byte[] head = ("POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + body.length
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /** Reads a few bytes at a time for a while, and is then gone. */
    private void slow(int index) throws IOException, InterruptedException {
        byte[] body = body(index).put("stream", true).toString().getBytes(StandardCharsets.UTF_8);
        try (Socket socket = connect(1024)) {
            socket.getOutputStream().write(raw(body));
            for (int read = 0; read < 20 && socket.getInputStream().readNBytes(16).length > 0; read++) {
                Thread.sleep(random.nextInt(20));
            }
        }
        load.count("read slowly");
    }

    private void malformed() throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request(MALFORMED.get(random.nextInt(MALFORMED.size()))),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(400, response.statusCode(), response.body());
        assertEquals("invalid_request_error", JSON.readTree(response.body()).at("/error/type").textValue());
        load.count("malformed");
    }

    /** Is killed somewhere in its request, or while it waits for the answer. */
    private void killed(int index) throws IOException, InterruptedException {
        byte[] all = raw(body(index).put("stream", random.nextBoolean()).toString().getBytes(StandardCharsets.UTF_8));
        try (Socket socket = connect(4096)) {
            socket.getOutputStream().write(all, 0, random.nextBoolean() ? all.length : random.nextInt(all.length));
            Thread.sleep(random.nextInt(30));
            // The other side sees a reset, as from a process that died.
            socket.setSoLinger(true, 0);
        }
        load.count("killed");
    }
}
