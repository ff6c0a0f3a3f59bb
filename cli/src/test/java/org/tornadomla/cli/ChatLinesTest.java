package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.OtherThread;

/** Lines that a user types, at a terminal and from a stream. */
class ChatLinesTest {

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    /** A terminal at which somebody has typed. */
    private Terminal terminal(String typed) throws IOException {
        Terminal terminal = new DumbTerminal("test", "ansi",
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), shown, StandardCharsets.UTF_8);
        terminal.setSize(new Size(80, 24));
        return terminal;
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTerminalGivesLinesUntilTheEnd() throws IOException {
        try (ChatLines lines = ChatLines.ofTerminal(terminal("Who made the heavens?\r!! and Größe\r"))) {
            assertEquals("Who made the heavens?", lines.next().get());
            assertEquals("!! and Größe", lines.next().get(), "a line is what was typed, not one of a history");
            assertNull(lines.next().get());
        }
        assertTrue(shown().contains("> "), shown());
    }

    /** Ctrl-C takes back what was typed, and says how to end; Ctrl-D ends. */
    @Test
    void keysThatEndLines() throws Exception {
        PipedOutputStream keys = new PipedOutputStream();
        Terminal terminal = new ExternalTerminal("test", "ansi", new PipedInputStream(keys), shown,
                StandardCharsets.UTF_8);
        terminal.setSize(new Size(80, 24));
        try (ChatLines lines = ChatLines.ofTerminal(terminal)) {
            CompletableFuture<String> typed = OtherThread.start("typing", lines.next());
            // Before its prompt the terminal itself would show what is typed, and Ctrl-C interrupt no line.
            type(keys, "", "> ");
            type(keys, "half a line", "half a line");
            type(keys, "\u0003", "Ctrl-D or /exit ends");
            keys.write("a line\r".getBytes(StandardCharsets.UTF_8));
            keys.flush();
            assertEquals("a line", typed.get(30, TimeUnit.SECONDS));
            typed = OtherThread.start("typing", lines.next());
            keys.write('\u0004');
            keys.flush();
            assertNull(typed.get(30, TimeUnit.SECONDS));
        }
    }

    /** Types, and waits until the terminal shows something. */
    private void type(PipedOutputStream keys, String typed, String awaited) throws Exception {
        keys.write(typed.getBytes(StandardCharsets.UTF_8));
        keys.flush();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!shown().contains(awaited)) {
            assertTrue(System.nanoTime() < end, this::shown);
            Thread.sleep(5);
        }
    }

    /** Between two lines, while an answer comes, Ctrl-C is a signal; the next line begins anew. */
    @Test
    void aSignalInterruptsAnAnswer() throws IOException {
        Terminal terminal = terminal("one\rtwo\r");
        try (ChatLines lines = ChatLines.ofTerminal(terminal)) {
            lines.next().get();
            assertFalse(lines.interrupted().getAsBoolean());
            terminal.raise(Terminal.Signal.INT);
            assertTrue(lines.interrupted().getAsBoolean());
            assertEquals("two", lines.next().get());
            assertFalse(lines.interrupted().getAsBoolean());
            lines.out().print("an answer");
            lines.out().flush();
            assertTrue(shown().endsWith("an answer"), shown());
        }
    }

    @Test
    void aStreamHasNoInterruptions() {
        StringWriter out = new StringWriter();
        try (ChatLines lines = ChatLines.open(new ByteArrayInputStream("one\ntwo".getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out))) {
            assertEquals("one", lines.next().get());
            assertEquals("two", lines.next().get());
            assertNull(lines.next().get());
            assertFalse(lines.interrupted().getAsBoolean());
        }
        assertEquals("", out.toString(), "no prompt stands in a file");
    }
}
