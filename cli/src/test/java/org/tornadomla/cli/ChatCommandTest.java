package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.testing.TestTargets;

/** Conversations whose lines come from a stream. */
class ChatCommandTest {

    private static final String TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}";

    @TempDir
    private Path folder;

    @BeforeEach
    void linkModel() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("models/tiny-kjv"))) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(folder.resolve(file.getFileName()), file.toAbsolutePath());
            }
        }
    }

    private void giveTemplate() throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
    }

    private CommandRun talk(String typed, String... options) {
        return talk(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), options);
    }

    private CommandRun talk(InputStream typed, String... options) {
        InputStream before = System.in;
        System.setIn(typed);
        try {
            List<String> arguments = new ArrayList<>(List.of("chat", "--model", folder.toString(), "--engine",
                    TestTargets.ENGINE, "--trust", "--context", "256", "-n", "8"));
            arguments.addAll(List.of(options));
            return CommandRun.of(arguments.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    /** Issue 12, points 7 and 18: a message is never another one than was typed, and a stream may fail. */
    @Test
    void whatIsNoTextIsRefused() throws IOException {
        giveTemplate();
        CommandRun latin = talk(
                new ByteArrayInputStream("/stats\nGr\u00f6\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals(ExitStatus.UNUSABLE_INPUT, latin.status(), latin.err());
        assertTrue(latin.err().contains("error: standard input is not UTF-8"), latin.err());
        CommandRun failing = talk(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Bad file descriptor");
            }
        });
        assertEquals(ExitStatus.UNUSABLE_INPUT, failing.status(), failing.err());
        assertTrue(failing.err().contains("error: cannot read standard input: Bad file descriptor"), failing.err());
    }

    @Test
    void aConversationGrowsIsSavedAndForgotten() throws IOException {
        giveTemplate();
        Path saved = folder.resolve("saved.json");
        Path later = folder.resolve("later.json");
        CommandRun run = talk(
                "/stats\nWho made the heavens?\n\nAnd the earth?\n/save " + saved + "\n/save " + saved
                        + "\n/stats\n/reset\n/save " + later + "\n/what\n/exit\nnever read\n",
                "--system", "Answer in one verse.");
        assertEquals(ExitStatus.OK, run.status(), run.err());
        JsonNode messages = new ObjectMapper().readTree(saved.toFile()).get("messages");
        assertEquals(5, messages.size());
        List<String> roles = new ArrayList<>();
        messages.forEach(message -> roles.add(message.get("role").textValue()));
        assertEquals(List.of("system", "user", "assistant", "user", "assistant"), roles);
        assertEquals("And the earth?", messages.get(3).get("content").textValue());
        List<String> lines = run.out().lines().toList();
        assertEquals("no answer yet", lines.getFirst());
        assertTrue(run.out().contains(messages.get(2).get("content").textValue())
                && run.out().contains(messages.get(4).get("content").textValue()), run.out());
        assertTrue(run.out().contains("5 messages are in ") && run.out().contains("cannot write " + saved), run.out());
        assertTrue(lines.stream()
                .anyMatch(line -> line.matches("prompt \\d+ tokens, first text after .*answer 8 tokens.*")), run.out());
        assertTrue(lines.contains("the conversation is forgotten")
                && lines.contains("/what is no command; /help lists them"), run.out());
        assertEquals(1, new ObjectMapper().readTree(later.toFile()).get("messages").size());
        assertFalse(run.out().contains("never read"));
    }

    /** What the model is asked is the whole conversation: the same words alone have another answer. */
    @Test
    void answersDependOnWhatWasSaidBefore() throws IOException {
        giveTemplate();
        CommandRun alone = talk("Who made the heavens?\n");
        CommandRun later = talk("Behold, a great multitude came up out of Egypt with him.\nWho made the heavens?\n");
        String answer = alone.out().lines().findFirst().orElseThrow();
        assertFalse(answer.isBlank());
        assertFalse(later.out().lines().skip(1).toList().contains(answer), later.out());
        assertEquals(alone.out(), talk("Who made the heavens?\n").out());
    }

    /** A message that is too long is refused and forgotten, and the conversation goes on. */
    @Test
    void aRefusedMessageIsForgotten() throws IOException {
        giveTemplate();
        CommandRun run = talk("word ".repeat(400) + "\nWho made the heavens?\n");
        assertEquals(ExitStatus.OK, run.status(), run.err());
        assertTrue(run.out().startsWith("error: the prompt has ") && run.out().contains("the context holds 256"),
                run.out());
        assertEquals(talk("Who made the heavens?\n").out(), run.out().substring(run.out().indexOf('\n') + 1));
    }

    @Test
    void aModelWithoutTemplateIsRefused() {
        CommandRun run = talk("Who made the heavens?\n");
        assertEquals(ExitStatus.UNUSABLE_INPUT, run.status());
        assertTrue(run.err().contains("has no chat template; use mla generate"), run.err());
    }

    /** No file may be larger than 1 KiB, as on a disk that is full; a part of a conversation is no conversation. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "starts a JVM without an SDK")
    void aConversationThatDoesNotFitTheDiskLeavesNoPart() throws Exception {
        giveTemplate();
        Path saved = folder.resolve("saved.json");
        List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -f 1; exec \"$@\"", "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:-UsePerfData", "-Xmx1g",
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "chat", "--model", folder.toString(),
                "--engine", "jvm", "--trust", "--context", "64", "-n", "1", "--system", "x".repeat(2000)));
        Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
        run.outputWriter(StandardCharsets.UTF_8).append("/save " + saved + "\n/exit\n").close();
        String out = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, run.waitFor(), out);
        assertTrue(out.contains("cannot write " + saved), out);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.filter(file -> file.getFileName().toString().startsWith("saved")).toList());
        }
    }
}
