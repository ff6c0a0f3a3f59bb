package org.tornadomla.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tokenizer.ChatMessage;
import org.tornadomla.tokenizer.ChatTemplate;
import org.tornadomla.tokenizer.Conversation;
import org.tornadomla.tokenizer.TextTokenizer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say what the model is given: a text to continue, or a message to answer. */
final class PromptOptions {

    @ArgGroup
    private Source source = new Source();

    @Option(names = "--chat", description = "The prompt is a message of a user: put it into the model's chat template.")
    private boolean chat;

    @Option(names = "--system", paramLabel = "TEXT", description = "With --chat: a message to the model in front.")
    private String system;

    @Option(names = "--template-arg", paramLabel = "NAME=VALUE",
            description = "With --chat: a variable of the chat template, such as enable_thinking=false; may be given several times. "
                    + "The value is true, false, none, a number or JSON, otherwise a text.")
    private List<String> templateArguments = new ArrayList<>();

    @Option(names = "--stop", paramLabel = "TEXT",
            description = "End before this text comes; may be given several times.")
    private List<String> stops = new ArrayList<>();

    /** Where the prompt comes from; standard input when neither is given. */
    private static final class Source {

        @Option(names = {"-p", "--prompt"}, paramLabel = "TEXT", description = "The prompt.")
        private String text;

        @Option(names = {"-f", "--file"}, paramLabel = "FILE",
                description = "A file with the prompt in UTF-8; without prompt and file, standard input is read.")
        private Path file;

        @Option(names = "--prompt-ids", paramLabel = "IDS", split = ",",
                description = "The prompt as token ids with commas between, as a model without a tokenizer takes it.")
        private int[] ids;
    }

    /** Whether the prompt is given as ids, so that a model without a tokenizer can take it. */
    boolean givesIds() {
        return source.ids != null;
    }

    /**
     * Ids of the prompt as the model takes it.
     *
     * @param tokenizer     the model's tokenizer; null where {@link #givesIds} and the model has none
     * @param standardInput read to its end when neither prompt nor file is given
     * @return at least one id
     * @throws ConfigurationException                  when the prompt cannot be read or is empty
     * @throws org.tornadomla.error.TokenizerException when a conversation is asked for and the model has no template
     * @throws org.tornadomla.error.TemplateException  when the template refuses the conversation
     */
    int[] ids(@Nullable TextTokenizer tokenizer, InputStream standardInput) {
        if (system != null && !chat) {
            throw new ConfigurationException("--system is given without --chat: a text to continue has no messages");
        }
        if (!templateArguments.isEmpty() && !chat) {
            throw new ConfigurationException(
                    "--template-arg is given without --chat: a text to continue goes through no template");
        }
        if (givesIds()) {
            if (chat) {
                throw new ConfigurationException("--chat is given with --prompt-ids: a message has to be a text");
            }
            return source.ids;
        }
        String text = text(standardInput);
        int[] ids = chat ? tokenizer.encodeConversation(conversation(tokenizer, text)) : tokenizer.encode(text, true);
        if (ids.length == 0) {
            throw new ConfigurationException("the prompt is empty; give --prompt, --file or standard input");
        }
        return ids;
    }

    /** Texts that end the answer. */
    List<String> stops() {
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new ConfigurationException("--stop is empty, must be a text of at least one character");
        }
        return stops;
    }

    private String conversation(TextTokenizer tokenizer, String text) {
        List<ChatMessage> messages = new ArrayList<>();
        if (system != null) {
            messages.add(ChatMessage.system(system));
        }
        messages.add(ChatMessage.user(text));
        Conversation conversation = Conversation.of(messages);
        for (Map.Entry<String, Object> argument : TemplateArguments.parse(templateArguments).entrySet()) {
            conversation = conversation.with(argument.getKey(), argument.getValue());
        }
        return ChatTemplate.of(tokenizer.settings()).render(conversation);
    }

    private String text(InputStream standardInput) {
        if (source.text != null) {
            return source.text;
        }
        return source.file == null
                ? TextFile.read("the prompt", "standard input", standardInput::readAllBytes)
                : TextFile.read("the prompt", source.file);
    }
}
