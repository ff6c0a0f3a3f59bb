package org.tornadomla.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;

/**
 * The lines that a user types: at a terminal with a history and the keys that people know, else as they come in.
 *
 * @param next        waits for a line; null at the end
 * @param interrupted whether Ctrl-C was pressed since the last line
 * @param out         where answers go
 * @param end         gives the terminal back
 */
record ChatLines(Supplier<@Nullable String> next, BooleanSupplier interrupted, PrintWriter out,
        Runnable end) implements AutoCloseable {

    private static final String PROMPT = "> ";

    /** Lines of this process's input; those of a terminal where it is one. */
    static ChatLines open(InputStream in, PrintWriter out) {
        return System.console() != null && System.console().isTerminal() ? ofTerminal() : ofStream(in, out);
    }

    private static ChatLines ofStream(InputStream in, PrintWriter out) {
        // A decoder refuses bytes that are no UTF-8, where a charset would replace them.
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        return new ChatLines(() -> {
            try {
                return reader.readLine();
            } catch (CharacterCodingException e) {
                throw new ConfigurationException("standard input is not UTF-8", e);
            } catch (IOException e) {
                throw new ConfigurationException("cannot read standard input: " + e.getMessage(), e);
            }
        }, () -> false, out, () -> {});
    }

    private static ChatLines ofTerminal() {
        try {
            return ofTerminal(TerminalBuilder.builder().system(true).build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines of a terminal, which is given back at the end. */
    static ChatLines ofTerminal(Terminal terminal) {
        LineReader reader = LineReaderBuilder.builder().terminal(terminal)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true).build();
        AtomicBoolean interrupted = new AtomicBoolean();
        terminal.handle(Terminal.Signal.INT, signal -> interrupted.set(true));
        return new ChatLines(() -> line(reader, terminal, interrupted), interrupted::get, terminal.writer(), () -> {
            try {
                terminal.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static @Nullable String line(LineReader reader, Terminal terminal, AtomicBoolean interrupted) {
        while (true) {
            try {
                String line = reader.readLine(PROMPT);
                interrupted.set(false);
                return line;
            } catch (UserInterruptException pressed) {
                terminal.writer().println("Ctrl-D or /exit ends");
            } catch (EndOfFileException end) {
                return null;
            }
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
