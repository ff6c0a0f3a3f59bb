package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.finetune.SmallFolder;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.TestTargets;

/**
 * A server that is killed while it starts or writes leaves everything as it was, and the next one writes the same text.
 * {@code -Dmla.kill.times=20} kills more often than the suite does.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ServeKillTest {

    private static final int TIMES = Integer.getInteger("mla.kill.times", 2);
    private static final Pattern PORT = Pattern.compile("on http://127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    private Path folder;
    private Path log;

    @Test
    void killedServers() throws Exception {
        Path model = SmallFolder.write(folder.resolve("model"), Dtype.F32);
        log = folder.resolve("log.txt");
        Map<String, String> before = contents(model);
        String expected = null;
        Random random = new Random(1);
        for (int i = 0; i <= TIMES; i++) {
            Process server = serve(model);
            try (HttpClient http = HttpClient.newHttpClient()) {
                if (i == 0 || i == TIMES || random.nextBoolean()) {
                    String text = ask(http, port(server), 20, false);
                    expected = expected == null ? text : expected;
                    assertEquals(expected, text, "after " + i + " kills");
                    // Killed within a text.
                    ask(http, port(server), 900, true);
                } else {
                    server.waitFor(random.nextLong(1500), TimeUnit.MILLISECONDS);
                }
                server.destroyForcibly().waitFor();
                // Its open stream has nobody to end it.
                http.shutdownNow();
            } finally {
                server.destroyForcibly();
            }
            assertEquals(before, contents(model), "after " + i + " kills");
        }
    }

    private static Map<String, String> contents(Path folder) throws Exception {
        Map<String, String> contents = new TreeMap<>();
        var digest = java.security.MessageDigest.getInstance("SHA-256");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(),
                        HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file))));
            }
        }
        return contents;
    }

    private Process serve(Path model) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "serve", "--model",
                model.toString(), "--engine", TestTargets.ENGINE, "--port", "0"));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private int port(Process server) throws IOException, InterruptedException {
        while (true) {
            Matcher said = PORT.matcher(Files.readString(log));
            if (said.find()) {
                return Integer.parseInt(said.group(1));
            }
            assertTrue(server.isAlive(), () -> "the server does not start");
            Thread.sleep(20);
        }
    }

    /** Reads the whole answer, or where it is a stream its beginning. */
    private static String ask(HttpClient http, int port, int tokens, boolean stream)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/completions"))
                .POST(HttpRequest.BodyPublishers
                        .ofString("{\"prompt\":\"Hear the word of the LORD,\",\"temperature\":0,\"max_tokens\":"
                                + tokens + ",\"stream\":" + stream + "}"))
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        InputStream body = response.body();
        String text = new String(stream ? body.readNBytes(600) : body.readAllBytes());
        return text.replaceAll("(?s).*\"text\":\"(.*?)\",\"logprobs.*", "$1");
    }
}
