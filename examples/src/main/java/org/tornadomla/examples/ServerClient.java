package org.tornadomla.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;

/** Streams a text from a server that {@code ./mla serve} started: its address, then the beginning of the text. */
public final class ServerClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data: ";

    private ServerClient() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("give a server's address, as http://127.0.0.1:8080, and a text");
        }
        String body = JSON.createObjectNode().put("prompt", arguments[1]).put("max_tokens", 16).put("temperature", 0)
                .put("stream", true).toString();
        HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[0] + "/v1/completions"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Stream<String>> response = client.send(request, BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IOException("the server answered " + response.statusCode() + ": " + lines.toList());
                }
                lines.filter(line -> line.startsWith(DATA) && !line.equals(DATA + "[DONE]"))
                        .forEach(line -> System.out.print(text(line.substring(DATA.length()))));
            }
        }
        System.out.println();
    }

    private static String text(String event) {
        try {
            JsonNode choices = JSON.readTree(event).path("choices");
            return choices.path(0).path("text").asText();
        } catch (IOException e) {
            throw new IllegalStateException("the server sent no JSON: " + event, e);
        }
    }
}
