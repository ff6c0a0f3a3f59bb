package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.TemplateException;
import org.tornadomla.text.AnswerParser;
import org.tornadomla.text.AnswerPart;

import org.tornadomla.error.TokenizerException;

/** Expected texts are those of Jinja 3.1 set up as transformers does (trim_blocks, lstrip_blocks). */
class ChatTemplateTest {

    private static final List<ChatMessage> CONVERSATION = List.of(ChatMessage.system("Be kind."),
            ChatMessage.user(" Hi\n"), ChatMessage.assistant("<think>hm</think>Hello"), ChatMessage.user("Bye"));

    /** The constructs of the DeepSeek-V2-Chat template. */
    private static final String V2 = """
            {% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}\
            {{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}\
            {{ 'Q: ' + message['content'] + '\\n\\n' }}{% elif message['role'] == 'assistant' %}\
            {{ 'A: ' + message['content'] + eos_token }}{% elif message['role'] == 'system' %}\
            {{ message['content'] + '\\n\\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'A:' }}{% endif %}""";

    /** The constructs of the DeepSeek-V3 and R1 templates: a namespace, all system texts first, thoughts cut off. */
    private static final String V3 = """
            {% set ns = namespace(system='', first=true, asked=false) %}
            {%- for message in messages %}
                {%- if message['role'] == 'system' %}
                    {%- if ns.first %}{% set ns.system = ns.system + message['content'] %}{% set ns.first = false %}
                    {%- else %}{% set ns.system = ns.system + '\\n\\n' + message['content'] %}{%- endif %}
                {%- endif %}
            {%- endfor %}
            {{- bos_token }}{{ ns.system }}
            {%- for message in messages %}
                {%- if message['role'] == 'user' %}{%- set ns.asked = true -%}{{ '<U>' + message['content'] }}{%- endif %}
                {%- if message['role'] == 'assistant' and 'tool_calls' not in message and message['content'] is not none %}
                    {%- set content = message['content'] %}
                    {%- if '</think>' in content %}{%- set content = content.split('</think>')[-1] %}{%- endif %}
                    {{- '<A>' + content + eos_token }}{%- set ns.asked = false %}
                {%- endif %}
            {%- endfor -%}
            {% if add_generation_prompt and ns.asked %}{{ '<A>' }}{% endif %}""";

    /** Pairs of a template and its text. */
    private static final String[][] CONSTRUCTS = {
        {"{% for m in messages %}{{ loop.index0 }}{{ loop.index }}{% if loop.last %}.{% endif %}{% endfor %}",
            "01122334."},
        {"{{ 'a' ~ 1 ~ messages[0].role }} {{ messages|length }} {{ messages[-1]['content'] }}", "a1system 4 Bye"},
        {"{% for m in messages[1:] %}{{ m.role[0] }}{% endfor %}", "uau"},
        {"{{ messages[1]['content'].strip() }}.{{ ' x '.lstrip() }}.{{ ' x '.rstrip() }}.{{ 'xxay'.strip('x') }}",
            "Hi.x . x.ay"},
        {"{{ 'a.b.c'.split('.')[1] }}{{ 'a.b.c'.split('.', 1)[1] }}{{ ' a  b '.split()[1] }}", "bb.cb"},
        {"{% if 'abc'.startswith('ab') and 'abc'.endswith('bc') %}yes{% endif %}", "yes"},
        {"{{ 'aB'.upper() }}{{ 'aB'.lower() }}{{ 'abc'[1:] }}{{ 'abc'[0] }}{{ 'abc'[-1] }}", "ABabbcac"},
        {"{% if messages[0]['x'] is not defined and messages[0].content is string %}yes{% endif %}", "yes"},
        {"{% if messages is iterable and messages[0] is mapping %}yes{% endif %}", "yes"},
        {"{% if not 'x' in messages[0] %}yes{% endif %}{% if 'role' in messages[0] %}!{% endif %}", "yes!"},
        {"{{ messages[0]['x'] or 'other' }} {{ 'p' if false else 'q' }} {{ (messages|length) % 2 == 0 }}",
            "other q True"},
        {"{% macro f(x) %}<{{ x }}>{% endmacro %}{{ f('q') }}{{ f(x='r') }}", "<q><r>"},
        {"{% generation %}x{{ 1 + 1 }}{% endgeneration %}", "x2"},
        {"{% set x = 0 %}{% for m in messages %}{% set x = 1 %}{% endfor %}{{ x }}", "0"},
        {"{{ messages | selectattr('role', 'equalto', 'user') | list | length }}", "2"},
        {"{% for k, v in messages[0].items() %}{{ k }}={{ v }};{% endfor %}", "role=system;content=Be kind.;"},
        {"{% if 'x' in 'axb' and not 'y' in 'axb' %}yes{% endif %}{{ \"not 'a' in b\" }}", "yesnot 'a' in b"},
        {"if not a in b {{ 'x' if not messages[0].role in ['user'] else 'y' }}", "if not a in b x"},
        {"{% for m in (messages if true else []) %}{{ loop.index }}{% endfor %}", "1234"},};

    @TempDir
    Path directory;

    private static TokenizerSettings settings(Map<String, String> templates) {
        return new TokenizerSettings(Optional.of("<B>"), Optional.of("<E>"), Optional.empty(), Optional.empty(),
                templates, Map.of("pad_token", "<P>"));
    }

    private static ChatTemplate template(String source) {
        return ChatTemplate.of(settings(Map.of("default", source)));
    }

    private static String render(String source, List<ChatMessage> messages, boolean addGenerationPrompt) {
        return template(source)
                .render(new Conversation(messages, addGenerationPrompt, null, Map.of(), Clock.systemUTC()));
    }

    @Test
    void deepSeekV2() {
        String conversation = "<B>Be kind.\n\nQ:  Hi\n\n\nA: <think>hm</think>Hello<E>Q: Bye\n\n";
        assertEquals(conversation + "A:", render(V2, CONVERSATION, true));
        assertEquals(conversation, render(V2, CONVERSATION, false));
    }

    @Test
    void deepSeekV3() {
        assertEquals("<B>Be kind.<U> Hi\n<A>Hello<E><U>Bye<A>", render(V3, CONVERSATION, true));
        assertEquals("<B>a\n\nb", render(V3, List.of(ChatMessage.system("a"), ChatMessage.system("b")), false));
    }

    @Test
    void constructsOfPublishedTemplates() {
        for (String[] construct : CONSTRUCTS) {
            assertEquals(construct[1], render(construct[0], CONVERSATION, true), construct[0]);
        }
    }

    @Test
    void jsonHasPythonsSpaces() {
        assertEquals("{\"role\": \"user\", \"content\": \"\u00E9 <\\\"\"} [1, 2]",
                render("{{ messages[0]|tojson }} {{ [1, 2]|tojson }}", List.of(ChatMessage.user("\u00E9 <\"")), false));
    }

    @Test
    void blockLinesLeaveNoTrace() {
        assertEquals("  line\nend", render(
                "{% if true %}\n  line\n  {% if false %}\n x\n  {% endif %}\n{% endif %}\nend", CONVERSATION, false));
    }

    @Test
    void textOfMessagesIsNeverRendered() {
        String hostile = "{{ 6 * 7 }}{% raise %}{# c #}<B>";
        assertEquals("<B>Q: " + hostile + "\n\n", render(V2, List.of(ChatMessage.user(hostile)), false));
    }

    @Test
    void templateMayRefuseAConversation() {
        ChatTemplate template = template(
                "{% if messages[0].role != 'user' %}{{ raise_exception('user first') }}{% endif %}ok");
        assertEquals("ok", template.render(List.of(ChatMessage.user("a"))));
        var e = assertThrows(TemplateException.class, () -> template.render(CONVERSATION));
        assertTrue(e.getMessage().contains("user first"), e.getMessage());
    }

    @Test
    void whatCannotBeRenderedIsRefused() {
        for (String source : List.of("{{ unknown_function(1) }}", "{% if %}", "{% include 'file' %}")) {
            assertThrows(TemplateException.class, () -> template(source).render(CONVERSATION), source);
        }
    }

    @Test
    void dateIsThatOfTheGivenClock() {
        Clock clock = Clock.fixed(Instant.parse("2026-11-28T09:05:07Z"), ZoneOffset.UTC);
        Conversation conversation = new Conversation(CONVERSATION, false, null, Map.of(), clock);
        assertEquals("2026-11-28 28 Nov 2026",
                template("{{ strftime_now('%Y-%m-%d') }} {{ strftime_now('%d %b %Y') }}").render(conversation));
    }

    @Test
    void templateSeesToolsCallsAndReasoning() {
        Map<String, Object> call = Map.of("function", Map.of("arguments", Map.of("x", 1)));
        ChatMessage answer = new ChatMessage("assistant", null, Map.of("tool_calls", List.of(call)))
                .with("reasoning_content", "hm");
        List<ChatMessage> messages = List.of(ChatMessage.user("q"), answer, ChatMessage.tool("id1", "r"));
        String source = "{{ tools|tojson }}{% for m in messages %}[{{ m.role }} {{ m.content }} {{ m.reasoning_content }}"
                + "{{ m.tool_calls|tojson if m.tool_calls }} {{ m.tool_call_id }}]{% endfor %}";
        assertEquals(
                "[{\"name\": \"f\"}][user q  ][assistant None hm[{\"function\": {\"arguments\": {\"x\": 1}}}] ]"
                        + "[tool r  id1]",
                template(source).render(Conversation.of(messages).withTools(List.of(Map.of("name", "f")))));
        assertEquals("None yes", template("{{ tools }} {{ 'yes' if tools is defined }}").render(messages));
    }

    @Test
    void variablesComeBeforeSpecialTokens() {
        Conversation conversation = Conversation.of(CONVERSATION).with("thinking", true).with("eos_token", "!");
        assertEquals("<B>!<P>True",
                template("{{ bos_token }}{{ eos_token }}{{ pad_token }}{{ thinking }}").render(conversation));
        assertEquals("", template("{{ unk_token }}").render(conversation));
    }

    @Test
    void templateTellsHowAnswersAreWritten() {
        ChatTemplate template = template("<tool_call> {{ '<think>' }}");
        AnswerParser parser = new AnswerParser(template.answerForm(), template.render(CONVERSATION));
        assertEquals(List.of(new AnswerPart.Reasoning("a"), new AnswerPart.Text("b")), parser.add("a</think>b"));
    }

    @Test
    void toolsHaveATemplateOfTheirOwnWhereThereIsOne() {
        ChatTemplate template = ChatTemplate.of(settings(Map.of("default", "plain", "tool_use", "tools")));
        assertEquals("plain", template.render(CONVERSATION));
        assertEquals("tools", template.render(Conversation.of(CONVERSATION).withTools(List.of())));
        assertEquals("plain", template("plain").render(Conversation.of(CONVERSATION).withTools(List.of())));
    }

    @Test
    void templateIsFoundInEachPublishedPlace() throws Exception {
        TokenizerFixtures.writeConfig(directory, "\"chat_template\": \"lone\"");
        assertEquals("lone", ChatTemplate.of(TokenizerSettings.read(directory)).render(CONVERSATION));
        TokenizerFixtures.writeConfig(directory, "\"chat_template\": [{\"name\": \"default\", \"template\": \"d\"},"
                + " {\"name\": \"rag\", \"template\": \"r\"}]");
        assertEquals("d", ChatTemplate.of(TokenizerSettings.read(directory)).render(CONVERSATION));
        assertEquals("r", ChatTemplate.of(TokenizerSettings.read(directory), "rag").render(CONVERSATION));
        Files.writeString(directory.resolve("chat_template.jinja"), "file");
        assertEquals("file", ChatTemplate.of(TokenizerSettings.read(directory)).render(CONVERSATION));
        Files.createDirectory(directory.resolve("additional_chat_templates"));
        Files.writeString(directory.resolve("additional_chat_templates/rag.jinja"), "more");
        assertEquals("more", ChatTemplate.of(TokenizerSettings.read(directory), "rag").render(CONVERSATION));
    }

    @Test
    void absentTemplateIsNamed() throws Exception {
        var none = assertThrows(TokenizerException.class, () -> ChatTemplate.of(TokenizerSettings.read(directory)));
        assertTrue(none.getMessage().contains("has no chat template"), none.getMessage());
        var other = assertThrows(TokenizerException.class, () -> ChatTemplate.of(settings(Map.of("rag", "r"))));
        assertTrue(other.getMessage().contains("[rag]"), other.getMessage());
        TokenizerFixtures.writeConfig(directory, "\"chat_template\": 3");
        assertThrows(TokenizerException.class, () -> TokenizerSettings.read(directory));
        TokenizerFixtures.writeConfig(directory, "\"chat_template\": [{\"name\": \"x\"}]");
        assertThrows(TokenizerException.class, () -> TokenizerSettings.read(directory));
    }

    /** The begin token is written by the template and added by the tokenizer: one, in front. */
    @Test
    void conversationHasOneBeginToken() throws Exception {
        TokenizerFixtures.writeConfig(directory,
                TokenizerFixtures.BOTH_TOKENS + ", \"add_bos_token\": true, \"add_eos_token\": true");
        try (TextTokenizer tokenizer = TextTokenizer.load(TokenizerFixtures.byteLevel(directory))) {
            int begin = TokenizerFixtures.BEGIN_ID;
            assertArrayEquals(new int[]{begin, 'a'}, tokenizer.encodeConversation(TokenizerFixtures.BEGIN + "a"));
            assertArrayEquals(new int[]{begin, 'a'}, tokenizer.encodeConversation("a"));
            assertArrayEquals(new int[]{begin, 'a'},
                    tokenizer.encodeConversation(TokenizerFixtures.BEGIN + TokenizerFixtures.BEGIN + "a"));
        }
        TokenizerFixtures.writeConfig(directory, TokenizerFixtures.BOTH_TOKENS + ", \"add_bos_token\": false");
        try (TextTokenizer tokenizer = TextTokenizer.load(directory)) {
            assertArrayEquals(new int[]{'a'}, tokenizer.encodeConversation("a"));
        }
    }
}
