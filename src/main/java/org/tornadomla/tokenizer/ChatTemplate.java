package org.tornadomla.tokenizer;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jinjava.javax.el.CompositeELResolver;

import org.tornadomla.error.TokenizerException;

/**
 * The chat template of a checkpoint: a Jinja text that writes a conversation the way the model was trained on it. It is
 * rendered as Hugging Face transformers does, with {@code messages}, {@code add_generation_prompt}, {@code bos_token}
 * and {@code eos_token}, with {@code raise_exception} and {@code strftime_now}, and with block lines trimmed. A
 * template comes with downloaded files, so it may not read others.
 *
 * <p>Safe for several threads.
 */
public final class ChatTemplate {

    private final Jinjava engine;
    private final String source;
    private final Map<String, Object> tokens;

    private ChatTemplate(String source, Map<String, Object> tokens) {
        this.source = JinjaSource.forJinjava(source);
        this.tokens = tokens;
        this.engine = engine();
    }

    /**
     * The template that a checkpoint uses for plain conversations.
     *
     * @throws TokenizerException when the checkpoint has no template, or none of the name {@code default}
     */
    public static ChatTemplate of(TokenizerSettings settings) {
        return of(settings, TokenizerSettings.DEFAULT_TEMPLATE);
    }

    /**
     * One of the templates of a checkpoint.
     *
     * @param name its name; a lone template is called {@code default}
     * @throws TokenizerException when the checkpoint has no template of that name
     */
    public static ChatTemplate of(TokenizerSettings settings, String name) {
        if (settings.chatTemplates().isEmpty()) {
            throw new TokenizerException("this checkpoint has no chat template, neither chat_template in "
                    + "tokenizer_config.json nor a file chat_template.jinja: it was not trained on conversations, give it a plain prompt");
        }
        String source = settings.chatTemplates().get(name);
        if (source == null) {
            throw new TokenizerException("this checkpoint has no chat template \"" + name + "\"; it has "
                    + settings.chatTemplates().keySet().stream().sorted().toList());
        }
        Map<String, Object> tokens = new HashMap<>();
        settings.beginToken().ifPresent(text -> tokens.put("bos_token", text));
        settings.endToken().ifPresent(text -> tokens.put("eos_token", text));
        return new ChatTemplate(source, tokens);
    }

    /**
     * Writes a conversation.
     *
     * @param messages            the conversation so far; its texts are taken literally, also where they look like
     *                                Jinja
     * @param addGenerationPrompt whether to end with what starts an answer of the model
     * @return the text to encode, begin token included where the template writes one
     * @throws TokenizerException when the template refuses the conversation or cannot be rendered
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        Map<String, Object> bindings = new HashMap<>(tokens);
        bindings.put("messages", messages.stream().map(ChatTemplate::asMap).toList());
        bindings.put("add_generation_prompt", addGenerationPrompt);
        RenderResult result = engine.renderForResult(source, bindings);
        for (TemplateError error : result.getErrors()) {
            if (error.getSeverity() == ErrorType.FATAL) {
                throw failure(error);
            }
        }
        return result.getOutput();
    }

    /** What a function or filter of ours said is the reason; around it stand reflection and the engine. */
    private static TokenizerException failure(TemplateError error) {
        String reason = error.getMessage();
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof TokenizerException) {
                reason = cause.getMessage();
            }
        }
        return new TokenizerException("chat template, line " + error.getLineno() + ": " + reason, error.getException());
    }

    private static Map<String, Object> asMap(ChatMessage message) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", message.role());
        map.put("content", message.content());
        return map;
    }

    private static Jinjava engine() {
        CompositeELResolver resolver = new CompositeELResolver();
        resolver.add(new PythonStringResolver());
        resolver.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
        JinjavaConfig config = JinjavaConfig.newBuilder().withTrimBlocks(true).withLstripBlocks(true)
                .withNestedInterpretationEnabled(false).withElResolver(resolver)
                .withDisabled(Map.of(Library.TAG, Set.of("include", "import", "from", "extends")))
                // Natural operator precedence stays off: with it, "not x is defined" is read as "(not x) is defined".
                .withLegacyOverrides(LegacyOverrides.newBuilder().withEvaluateMapKeys(true).withIterateOverMapKeys(true)
                        .withUsePyishObjectMapper(true).withParseWhitespaceControlStrictly(true)
                        .withAllowAdjacentTextNodes(true).withUseTrimmingForNotesAndExpressions(true)
                        .withKeepNullableLoopValues(true).build())
                .build();
        Jinjava engine = new Jinjava(config);
        engine.getGlobalContext().registerFilter(new PythonJsonFilter());
        engine.getGlobalContext().registerTag(new GenerationTag());
        engine.getGlobalContext().registerFunction(new ELFunctionDefinition("", "raise_exception",
                ChatTemplateFunctions.class, "raiseException", String.class));
        engine.getGlobalContext().registerFunction(
                new ELFunctionDefinition("", "strftime_now", ChatTemplateFunctions.class, "strftimeNow", String.class));
        return engine;
    }
}
