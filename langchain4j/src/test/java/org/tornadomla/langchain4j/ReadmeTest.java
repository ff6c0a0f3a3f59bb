package org.tornadomla.langchain4j;

import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of this module compiles and runs as it is written there, but for the folder of the model. */
class ReadmeTest {

    private static final Path HOME = Path.of(System.getProperty("mla.home"));
    @TempDir
    private Path folder;

    @Test
    void exampleRuns() throws Exception {
        Matcher code = Pattern.compile("```java\n([^`]*LocalModel[^`]*)```")
                .matcher(Files.readString(HOME.resolve("README.md")));
        assertTrue(code.find(), "the README has no example of LocalModel");
        assertTrue(code.group(1).contains("Path.of(\"DIR\")"), code.group(1));
        Path model = LocalModelTest.shippedWithTemplate(Files.createDirectory(folder.resolve("model")));
        Path source = folder.resolve("Example.java");
        Files.writeString(source, code.group(1).replace("DIR", model.toString().replace("\\", "\\\\")));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(messages, null, null,
                List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()), null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source)).call();
        assertTrue(compiled, messages::toString);
        assertFalse(run().isBlank());
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
