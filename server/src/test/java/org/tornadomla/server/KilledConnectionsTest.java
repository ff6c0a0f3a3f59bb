package org.tornadomla.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.testing.ChildJvm;

/**
 * Connections that clients reset anywhere in a request or its answer are let go: a JVM whose server has few at once
 * still answers after many of them.
 */
class KilledConnectionsTest {

    private static final int MOST = 12;
    private static final int KILLED = 50;

    @TempDir
    private Path folder;

    @Test
    void killedConnectionsAreLetGo() throws Exception {
        ChildJvm jvm = new ChildJvm(List.of("-Djdk.httpserver.maxConnections=" + MOST), null, Map.of());
        ChildJvm.Exit exit = jvm.run(folder, Killed.class.getName());
        assertEquals("answered 200", exit.out().strip(), exit.err());
    }

    /** The server and its clients, in a JVM of their own. */
    static final class Killed {

        private Killed() {
        }

        /** Kills connections and asks for an answer then. */
        public static void main(String[] arguments) throws IOException, InterruptedException {
            SplittableRandom random = new SplittableRandom(1);
            try (ServedModel served = new ServedModel(new WordModel())) {
                for (int i = 0; i < KILLED; i++) {
                    kill(served.server.port(), random);
                }
                System.out.println(answered(served));
            }
        }

        /** The last ones may still be on their way out, and as long as they are nobody is let in. */
        private static String answered(ServedModel served) throws InterruptedException {
            for (int i = 0; i < 100; i++) {
                try {
                    HttpResponse<String> answer = served.post("/v1/completions", "{\"prompt\":\"a b\"}");
                    return "answered " + answer.statusCode();
                } catch (UncheckedIOException refused) {
                    Thread.sleep(50);
                }
            }
            return "not let in";
        }

        private static void kill(int port, SplittableRandom random) throws IOException, InterruptedException {
            String path = random.nextInt(4) == 0 ? "/nowhere" : "/v1/completions";
            byte[] body = ("{\"prompt\":\"" + "a b c d ".repeat(6) + "\",\"stream\":" + random.nextBoolean() + "}")
                    .getBytes(StandardCharsets.UTF_8);
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream()
                        .write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(body, 0, random.nextBoolean() ? body.length : body.length / 2);
                Thread.sleep(random.nextInt(120));
                socket.setSoLinger(true, 0);
            } catch (SocketException refused) {
                // There are as many as may be.
            }
        }
    }
}
