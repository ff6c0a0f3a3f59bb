package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server of a model on a port of its own, with the requests that tests send. */
final class ServedModel implements AutoCloseable {

    final ModelServer server;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    ServedModel(TextModel model) {
        this(model, withMaxBody(1 << 20));
    }

    ServedModel(TextModel model, ServerConfig config) {
        ServerMetrics metrics = new ServerMetrics();
        metrics.observe(model);
        server = new ModelServer(config, Routes.of(model, metrics), metrics);
        port = server.port();
    }

    /** The requests alone, to a server that somebody else runs. */
    ServedModel(int port) {
        this.server = null;
        this.port = port;
    }

    private static ServerConfig config(Optional<String> key, long maxBody) {
        return new ServerConfig(new InetSocketAddress("127.0.0.1", 0), key, maxBody, Duration.ofSeconds(10));
    }

    static ServerConfig withKey(String key) {
        return config(Optional.of(key), 1 << 20);
    }

    static ServerConfig withMaxBody(long bytes) {
        return config(Optional.empty(), bytes);
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            // The first answer on an SDK waits for its compiler.
            return client.send(request.timeout(Duration.ofSeconds(120)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(url(path))));
    }

    HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(url(path))).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static JsonNode json(HttpResponse<String> response) {
        return parse(response.body());
    }

    static JsonNode parse(String text) {
        try {
            return Exchange.JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of a stream, without the mark at the end, which must be there. */
    static List<JsonNode> events(HttpResponse<String> response) {
        List<JsonNode> events = new ArrayList<>();
        String[] all = response.body().split("\n\n");
        for (int i = 0; i < all.length - 1; i++) {
            events.add(parse(all[i].substring("data: ".length())));
        }
        if (!all[all.length - 1].equals("data: [DONE]")) {
            throw new AssertionError("the stream ends with " + all[all.length - 1]);
        }
        return events;
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        client.close();
    }
}
