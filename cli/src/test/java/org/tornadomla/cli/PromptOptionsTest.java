package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.config.GenerationDefaults;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.TokenizerException;
import org.tornadomla.tokenizer.TextTokenizer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the options for prompt and sampling make of a command line. */
class PromptOptionsTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final InputStream NOTHING = InputStream.nullInputStream();

    @AutoClose
    private static TextTokenizer tokenizer;

    @TempDir
    private Path directory;

    @Command
    private static final class Options {

        @Mixin
        private PromptOptions prompt;

        @Mixin
        private SamplingOptions sampling;
    }

    @BeforeAll
    static void load() {
        tokenizer = TextTokenizer.load(TINY);
    }

    private static Options parse(String... arguments) {
        Options options = new Options();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }

    @Test
    void promptComesFromTheOptionAFileOrStandardInput() throws Exception {
        int[] expected = tokenizer.encode("In the beginning", true);
        Path file = Files.writeString(directory.resolve("prompt.txt"), "In the beginning");
        InputStream input = new ByteArrayInputStream("In the beginning".getBytes(StandardCharsets.UTF_8));
        assertArrayEquals(expected, parse("--prompt", "In the beginning").prompt.ids(tokenizer, NOTHING));
        assertArrayEquals(expected, parse("--file", file.toString()).prompt.ids(tokenizer, NOTHING));
        assertArrayEquals(expected, parse().prompt.ids(tokenizer, input));
    }

    @Test
    void conversationGoesThroughTheTemplate() throws Exception {
        Files.copy(TINY.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("chat_template.jinja"),
                "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
                        + "{% if add_generation_prompt %}A:{% endif %}");
        try (TextTokenizer withTemplate = TextTokenizer.load(directory)) {
            int[] ids = parse("--chat", "--system", "Be kind", "-p", "Hello").prompt.ids(withTemplate, NOTHING);
            assertEquals("system: Be kind\nuser: Hello\nA:", withTemplate.decode(ids));
        }
    }

    @Test
    void templateIsGivenItsArguments() throws Exception {
        Files.copy(TINY.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("chat_template.jinja"), "{{ [a, b, c, d, e, f] }}");
        try (TextTokenizer withTemplate = TextTokenizer.load(directory)) {
            int[] ids = parse("--chat", "-p", "Hello", "--template-arg", "a=false", "--template-arg", "b=none",
                    "--template-arg", "c=1.5", "--template-arg", "d={\"x\": [2]}", "--template-arg", "e=is = text",
                    "--template-arg", "f=").prompt.ids(withTemplate, NOTHING);
            assertEquals("[False, None, 1.5, {'x': [2]}, 'is = text', '']", withTemplate.decode(ids));
        }
        assertRefused("must be NAME=VALUE", "-p", "a", "--chat", "--template-arg", "x");
        assertRefused("is set by the conversation", "-p", "a", "--chat", "--template-arg", "messages=[]");
        assertRefused("is given twice", "-p", "a", "--chat", "--template-arg", "x=1", "--template-arg", "x=2");
        assertRefused("without --chat", "-p", "a", "--template-arg", "x=1");
    }

    @Test
    void conversationWithoutTemplateIsRefused() {
        var e = assertThrows(TokenizerException.class,
                () -> parse("--chat", "-p", "Hello").prompt.ids(tokenizer, NOTHING));
        assertTrue(e.getMessage().contains("has no chat template"), e.getMessage());
    }

    @Test
    void unusablePromptsAreNamed() throws Exception {
        Path latin = Files.write(directory.resolve("latin.txt"), new byte[]{'a', (byte) 0xE9});
        assertRefused("is empty", "-p", "");
        assertRefused("is empty");
        assertRefused("latin.txt is not UTF-8", "-f", latin.toString());
        assertRefused("cannot read the prompt from", "-f", directory.resolve("absent").toString());
        assertRefused("without --chat", "-p", "a", "--system", "b");
        assertThrows(ConfigurationException.class, () -> parse("--stop", "").prompt.stops());
        assertThrows(CommandLine.MutuallyExclusiveArgsException.class, () -> parse("-p", "a", "-f", "b"));
    }

    @Test
    void stopTextsAndSamplingAreTaken() {
        Options options = parse("--stop", "\n\n", "--stop", "User:", "--temperature", "0.7", "--top-k", "40", "--top-p",
                "0.9", "--min-p", "0.05", "--repetition-penalty", "1.1", "--seed", "7");
        assertEquals(List.of("\n\n", "User:"), options.prompt.stops());
        assertEquals(new SamplerConfig(0.7, 40, 0.9, 0.05, 1.1, 7), options.sampling.config(GenerationDefaults.NONE));
        assertTrue(parse().sampling.config(GenerationDefaults.NONE).isGreedy());
        assertThrows(ConfigurationException.class,
                () -> parse("--top-p", "2").sampling.config(GenerationDefaults.NONE));
    }

    private static void assertRefused(String reason, String... arguments) {
        var e = assertThrows(ConfigurationException.class, () -> parse(arguments).prompt.ids(tokenizer, NOTHING));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
}
