package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.finetune.SmallFolder;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.TestTargets;

/** A server as the command starts it, from its first line to its end. */
class ServeCommandTest {

    private static final Pattern SERVING = Pattern.compile("serving (\\S+) on http://127\\.0\\.0\\.1:(\\d+)\n");

    @TempDir
    private static Path folder;
    private static Path model;

    @BeforeAll
    static void write() throws IOException {
        model = SmallFolder.write(folder.resolve("small"), Dtype.F32);
    }

    /** A command on a thread of its own, which ends when that is interrupted. */
    private static final class Serving {

        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private final Thread thread;

        Serving(String... options) {
            List<String> arguments = new ArrayList<>(List.of("serve", "--model", model.toString(), "--engine",
                    TestTargets.ENGINE, "--trust", "--port", "0", "--keep-packed", "0", "--context", "128"));
            arguments.addAll(List.of(options));
            thread = Thread.ofPlatform().start(() -> status
                    .complete(Main.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new))));
        }

        /** Its name and port, when it serves. */
        Matcher serving() throws InterruptedException {
            while (true) {
                Matcher said = SERVING.matcher(out.toString());
                if (said.find()) {
                    return said;
                }
                assertFalse(status.isDone(), () -> "the server ended: " + err);
                Thread.sleep(5);
            }
        }

        int end() throws Exception {
            thread.interrupt();
            return status.get(30, TimeUnit.SECONDS);
        }
    }

    private static HttpResponse<String> get(HttpClient http, String port, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void servesUntilItIsToldToEnd() throws Exception {
        Serving server = new Serving();
        Matcher serving = server.serving();
        String port = serving.group(2);
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertEquals("small", serving.group(1), "by its folder");
            assertTrue(
                    server.out.toString()
                            .endsWith("a page to chat on is at /, the protocol at /v1; Ctrl-C ends the server\n"),
                    server.out::toString);
            HttpResponse<String> models = get(http, port, "/v1/models");
            assertEquals(200, models.statusCode());
            assertTrue(models.body().contains("\"id\":\"small\""), models.body());
            assertTrue(get(http, port, "/").body().contains("<html"), "the page");
            assertEquals(ExitStatus.OK, server.end(), server.err::toString);
            assertEquals("", server.err.toString());
            assertThrows(ConnectException.class, () -> get(http, port, "/v1/models"));
        }
    }

    @Test
    void takesItsNameAndKeyFromTheUser() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), " secret \nnever read\n");
        Serving server = new Serving("--name", "mine", "--api-key-file", key.toString(), "--cache-tokens", "256");
        Matcher serving = server.serving();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertEquals("mine", serving.group(1));
            assertEquals(401, get(http, serving.group(2), "/v1/models").statusCode());
            HttpResponse<String> models = get(http, serving.group(2), "/v1/models", "Authorization", "Bearer secret");
            assertTrue(models.statusCode() == 200 && models.body().contains("\"id\":\"mine\""), models.body());
        } finally {
            assertEquals(ExitStatus.OK, server.end(), server.err::toString);
        }
    }

    private static void refused(String reason, int expected, String... options) {
        List<String> arguments = new ArrayList<>(List.of("serve", "--engine", TestTargets.ENGINE, "--trust"));
        arguments.addAll(List.of(options));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertEquals(expected, run.status(), run.err());
        assertTrue(run.err().startsWith("error: " + reason), run.err());
        assertEquals("", run.out());
    }

    /** What cannot be served is said before a model is loaded, and a port that is taken by its number. */
    @Test
    void whatCannotBeServedIsNamed() throws IOException {
        refused("no model in " + folder + ": it is no GGUF file and holds no config.json", ExitStatus.UNUSABLE_INPUT,
                "--model", folder.toString());
        refused("--port is 65536, must be from 0 to 65535", ExitStatus.UNUSABLE_INPUT, "--port", "65536");
        refused("--port is -1, must be from 0 to 65535", ExitStatus.UNUSABLE_INPUT, "--port=-1");
        Path none = folder.resolve("none");
        refused("cannot read the key from " + none, ExitStatus.UNUSABLE_INPUT, "--api-key-file", none.toString());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            CommandRun run = CommandRun.of("serve", "--engine", TestTargets.ENGINE, "--trust", "--keep-packed", "0",
                    "--model", model.toString(), "--port", port);
            assertTrue(run.status() != ExitStatus.OK && run.err().contains(port), run.err());
            assertFalse(run.err().contains("unexpected"), run.err());
        }
    }
}
