package org.tornadomla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's examples compile and run as they are written there, each as a file of its own. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    /** A part of what each prints, in their order; the tests' JVM has no options for the just-in-time compiler. */
    private static final List<String> PRINTED = List.of("11 tokens in", "(16 tokens)", "start the JVM with -XX:");

    @TempDir
    Path folder;

    private static List<String> examples() throws Exception {
        return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(README)).results()
                .map(result -> result.group(1)).filter(code -> !code.contains("LocalModel")).toList();
    }

    /** Beside that of the module for LangChain4j, which has a test of its own there. */
    @Test
    void hasItsExamples() throws Exception {
        assertEquals(PRINTED.size(), examples().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void exampleRuns(int index) throws Exception {
        Path source = folder.resolve("Example.java");
        Files.writeString(source, examples().get(index));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(messages, null, null,
                List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()), null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source)).call();
        assertTrue(compiled, messages::toString);
        String printed = run();
        assertTrue(printed.contains(PRINTED.get(index)), printed);
    }

    private String run() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()}, getClass().getClassLoader());
                PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            Constructor<?> example = loader.loadClass("Example").getDeclaredConstructor();
            example.setAccessible(true);
            Method main = example.getDeclaringClass().getDeclaredMethod("main");
            main.setAccessible(true);
            main.invoke(example.newInstance());
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
