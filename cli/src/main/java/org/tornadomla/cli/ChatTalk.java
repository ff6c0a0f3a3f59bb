package org.tornadomla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.MlaException;
import org.tornadomla.files.WholeFile;
import org.tornadomla.server.LocalChat;

/** A conversation at a terminal: what a user types is a message, or a command where it begins with a slash. */
final class ChatTalk {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HELP = """
            /reset       forgets the conversation
            /save FILE   writes it as JSON
            /stats       tokens and speed of the last answer
            /exit        ends, as Ctrl-D does; Ctrl-C ends an answer
            """;

    private final LocalChat chat;
    private final ObjectNode settings;
    private final PrintWriter out;
    private final BooleanSupplier interrupted;
    private final ArrayNode messages = JSON.createArrayNode();
    private @Nullable Answer last;

    /**
     * @param settings    fields of every request, such as the temperature
     * @param system      a message in front of all others, or null
     * @param interrupted whether the answer that is being written shall end
     */
    ChatTalk(LocalChat chat, ObjectNode settings, @Nullable String system, PrintWriter out,
            BooleanSupplier interrupted) {
        this.chat = chat;
        this.settings = settings;
        this.out = out;
        this.interrupted = interrupted;
        if (system != null) {
            say("system", system);
        }
    }

    private void say(String role, String content) {
        messages.addObject().put("role", role).put("content", content);
    }

    /** Goes on until there is no further line. */
    void run(Supplier<@Nullable String> lines) {
        for (String line = lines.get(); line != null && !line.strip().equals("/exit"); line = lines.get()) {
            String typed = line.strip();
            if (typed.startsWith("/")) {
                command(typed);
            } else if (!typed.isEmpty()) {
                ask(typed);
            }
            out.flush();
            OutputWriter.require(out);
        }
    }

    private void command(String typed) {
        String[] words = typed.split("\\s+", 2);
        switch (words[0]) {
            case "/reset" -> reset();
            case "/save" -> save(words.length < 2 ? "" : words[1]);
            case "/stats" -> out.println(last == null ? "no answer yet" : last.stats());
            case "/help" -> out.print(HELP);
            default -> out.println(words[0] + " is no command; /help lists them");
        }
    }

    private void reset() {
        boolean keepsSystem = !messages.isEmpty() && messages.get(0).get("role").textValue().equals("system");
        JsonNode first = messages.get(0);
        messages.removeAll();
        if (keepsSystem) {
            messages.add(first);
        }
        last = null;
        out.println("the conversation is forgotten");
    }

    private void save(String file) {
        if (file.isEmpty()) {
            out.println("/save needs the name of a file");
            return;
        }
        ObjectNode saved = JSON.createObjectNode();
        saved.set("messages", messages);
        String text = saved.toPrettyString() + "\n";
        try {
            Path target = Path.of(file);
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(file);
            }
            WholeFile.write(target, text.getBytes(StandardCharsets.UTF_8));
            out.println(messages.size() + " messages are in " + file);
        } catch (IOException | IllegalArgumentException e) {
            out.println("cannot write " + file + ": " + e + "; name a file that is not there yet");
        }
    }

    private void ask(String typed) {
        say("user", typed);
        ObjectNode request = settings.deepCopy();
        request.put("stream", true).putObject("stream_options").put("include_usage", true);
        request.set("messages", messages);
        Answer answer = new Answer(out);
        try {
            boolean whole = chat.stream(request, event -> {
                answer.take(event);
                OutputWriter.require(out);
                return !interrupted.getAsBoolean();
            });
            answer.end(whole);
            say("assistant", answer.content());
            last = answer;
        } catch (MlaException refused) {
            messages.remove(messages.size() - 1);
            out.println("error: " + refused.getMessage());
        }
    }

    /** Prints an answer while it comes, and counts. */
    private static final class Answer {

        private final PrintWriter out;
        private final StringBuilder content = new StringBuilder();
        private final long start = System.nanoTime();
        private boolean thinks;
        private long first;
        private long end;
        private int events;
        private JsonNode usage = JSON.createObjectNode();

        Answer(PrintWriter out) {
            this.out = out;
        }

        void take(ObjectNode event) {
            JsonNode delta = event.path("choices").path(0).path("delta");
            String thought = delta.path("reasoning_content").asText("");
            String said = delta.path("content").asText("");
            if (!thought.isEmpty()) {
                out.print((thinks ? "" : "(thinking) ") + thought);
                thinks = true;
            }
            if (!said.isEmpty()) {
                out.print((thinks ? "\n\n" : "") + said);
                thinks = false;
                content.append(said);
            }
            if (!thought.isEmpty() || !said.isEmpty()) {
                first = events++ == 0 ? System.nanoTime() : first;
            }
            usage = event.path("usage").isObject() ? event.get("usage") : usage;
            out.flush();
        }

        void end(boolean whole) {
            end = System.nanoTime();
            out.println(whole ? "" : " [stopped]");
        }

        String content() {
            return content.toString();
        }

        String stats() {
            int tokens = usage.path("completion_tokens").asInt(events);
            String speed = tokens > 1 && end > first
                    ? String.format(Locale.ROOT, ", %.1f tokens/s", (tokens - 1) * 1e9 / (end - first))
                    : "";
            return (usage.has("prompt_tokens") ? "prompt " + usage.get("prompt_tokens") + " tokens, " : "")
                    + "first text after " + Text.seconds((first - start) / 1e9) + ", answer " + tokens + " tokens"
                    + speed;
        }
    }
}
