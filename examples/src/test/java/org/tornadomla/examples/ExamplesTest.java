package org.tornadomla.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each example does what it says, is short, and is named in the README of the examples. */
@Timeout(300)
class ExamplesTest {

    private static final Path HOME = Path.of(System.getProperty("mla.home"));
    private static final Path MODEL = HOME.resolve("models").resolve("tiny-kjv");
    private static final String TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:";
    private static final int MOST_LINES = 60;

    @TempDir
    private Path folder;

    /** A program, which may fail. */
    private interface Program {
        void run() throws Exception;
    }

    private static String output(Program program) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void oneLayer() throws Exception {
        String text = output(() -> OneLayer.main(new String[0]));
        assertTrue(text.contains("token 12 sees 13 keys, |y| = "), text);
        assertTrue(text.contains(" bytes of latents, on "), text);
        assertFalse(text.contains("NaN"), text);
    }

    @Test
    void continueTexts() throws Exception {
        String[] beginnings = {MODEL.toString(), "Hear the word of the LORD,", "Blessed are the"};
        List<String> lines = output(() -> ContinueTexts.main(beginnings)).lines().toList();
        assertTrue(lines.getFirst().startsWith("Hear the word of the LORD, O ye"), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("Blessed are the ")), lines::toString);
        assertThrows(IllegalArgumentException.class, () -> ContinueTexts.main(new String[0]));
    }

    /** The small model knows of no tools; that they reach a model's prompt is shown with the template. */
    @Test
    void chatWithTools() throws Exception {
        try (Stream<Path> files = Files.list(MODEL)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(folder.resolve(file.getFileName()), file.toAbsolutePath());
            }
        }
        Files.writeString(folder.resolve("chat_template.jinja"),
                "{% if not tools %}{{ raise_exception('no tools') }}{% endif %}" + TEMPLATE);
        String text = output(
                () -> ChatWithTools.main(new String[]{folder.toString(), "What day of the week is 2026-11-29?"}));
        assertFalse(text.isBlank());
        assertEquals("SUNDAY", new ChatWithTools.Calendar().dayOfWeek("2026-11-29"));
    }

    @Test
    void serverClient() throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                        System.getProperty("java.class.path"), "org.tornadomla.cli.Main", "serve", "--model",
                        MODEL.toString(), "--port", "0", "--engine", "jvm"));
        Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader said = server.inputReader()) {
            String address = address(said);
            String text = output(() -> ServerClient.main(new String[]{address, "Hear the word of the LORD,"}));
            assertTrue(text.startsWith(" O ye"), text);
            assertThrows(IOException.class, () -> ServerClient.main(new String[]{address + "/none", "text"}));
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static String address(BufferedReader said) throws IOException {
        Pattern address = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher matcher = address.matcher(line);
            if (matcher.find()) {
                return matcher.group();
            }
            all.append(line).append('\n');
        }
        throw new IOException("the server did not start: " + all);
    }

    @Test
    void eachIsShortAndExplained() throws IOException {
        String readme = Files.readString(HOME.resolve("examples").resolve("README.md"));
        try (Stream<Path> files = Files.walk(HOME.resolve("examples").resolve("src").resolve("main"))) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
            assertTrue(sources.size() > 4);
            for (Path source : sources) {
                assertTrue(Files.readAllLines(source).size() <= MOST_LINES, source + " has too many lines");
                String name = source.getFileName().toString().replace(".java", "");
                assertTrue(name.equals("package-info") || readme.contains("| `" + name + "`"), name);
            }
        }
    }
}
