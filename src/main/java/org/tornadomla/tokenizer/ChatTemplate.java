package org.tornadomla.tokenizer;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tornadomla.template.Template;
import org.tornadomla.error.TemplateException;
import org.tornadomla.text.AnswerForm;

import org.tornadomla.error.TokenizerException;

/**
 * The chat template of a checkpoint: a Jinja text that writes a conversation the way the model was trained on it. It is
 * rendered as Hugging Face transformers does, with {@code messages}, {@code tools}, {@code documents} (none),
 * {@code add_generation_prompt} and the special tokens of the checkpoint.
 *
 * <p>Safe for several threads.
 */
public final class ChatTemplate {

    /** The name of the template that transformers takes when there are tools. */
    private static final String FOR_TOOLS = "tool_use";

    private final Template plain;
    private final Optional<Template> forTools;
    private final Map<String, String> tokens;
    private final AnswerForm answerForm;

    private ChatTemplate(TokenizerSettings settings, String name, String nameForTools) {
        this.plain = template(settings, name);
        this.forTools = Optional.ofNullable(settings.chatTemplates().get(nameForTools))
                .map(source -> Template.of(nameForTools, source));
        this.tokens = settings.specialTokens();
        String source = settings.chatTemplates().getOrDefault(nameForTools, settings.chatTemplates().get(name));
        this.answerForm = AnswerForm.of(Objects.requireNonNull(source));
    }

    /**
     * The template that a checkpoint uses by itself: the one called {@code tool_use} where it has one and there are
     * tools, otherwise the one called {@code default}.
     *
     * @throws TokenizerException when the checkpoint has no template, or none of the name {@code default}
     * @throws TemplateException  when a template has a construct that is not supported
     */
    public static ChatTemplate of(TokenizerSettings settings) {
        return new ChatTemplate(settings, TokenizerSettings.DEFAULT_TEMPLATE, FOR_TOOLS);
    }

    /**
     * One of the templates of a checkpoint.
     *
     * @param name its name; a lone template is called {@code default}
     * @throws TokenizerException when the checkpoint has no template of that name
     * @throws TemplateException  when the template has a construct that is not supported
     */
    public static ChatTemplate of(TokenizerSettings settings, String name) {
        return new ChatTemplate(settings, name, name);
    }

    private static Template template(TokenizerSettings settings, String name) {
        if (settings.chatTemplates().isEmpty()) {
            throw new TokenizerException("this checkpoint has no chat template, neither chat_template in "
                    + "tokenizer_config.json nor a file chat_template.jinja: give a plain prompt to a model that was not"
                    + " trained on conversations; for one whose conversations a program of its own writes, put a template"
                    + " in Jinja beside it as chat_template.jinja");
        }
        String source = settings.chatTemplates().get(name);
        if (source == null) {
            throw new TokenizerException("this checkpoint has no chat template \"" + name + "\"; it has "
                    + settings.chatTemplates().keySet().stream().sorted().toList());
        }
        return Template.of(name, source);
    }

    /** How a model that was trained on this template writes reasoning and calls of tools. */
    public AnswerForm answerForm() {
        return answerForm;
    }

    /**
     * Writes a conversation.
     *
     * @return the text to encode, begin token included where the template writes one
     * @throws TemplateException when the template refuses the conversation or cannot be rendered
     */
    public String render(Conversation conversation) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(tokens);
        variables.putAll(conversation.variables());
        variables.put("messages", conversation.messages().stream().map(ChatMessage::asMap).toList());
        variables.put("tools", conversation.tools());
        variables.putIfAbsent("documents", null);
        variables.put("add_generation_prompt", conversation.addGenerationPrompt());
        Template template = conversation.tools() == null ? plain : forTools.orElse(plain);
        return template.render(variables, () -> LocalDateTime.now(conversation.clock()));
    }

    /**
     * Writes a conversation that the model is to answer, without tools.
     *
     * @throws TemplateException when the template refuses the conversation or cannot be rendered
     */
    public String render(List<ChatMessage> messages) {
        return render(Conversation.of(messages));
    }
}
