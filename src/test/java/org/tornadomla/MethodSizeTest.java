package org.tornadomla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Methods of the host stay short: a body of at most 40 lines, at most 8 parameters. */
class MethodSizeTest {

    private static final int MOST_LINES = 40;
    private static final int MOST_PARAMETERS = 8;

    private static final List<String> SOURCES = List.of("src/main/java/org", "src/bundled/java/org",
            "server/src/main/java", "tutorial/src/main/java", "cli/src/main/java", "benchmarks/src/main/java");

    private static final String BUILT = "a record that its builder makes";

    /** Files whose methods have more parameters, and why; kernels are the package of that name. */
    private static final Map<String, String> MORE_PARAMETERS = Map.of("graph/StepList.java",
            "a method for each number of arguments that a task can have", "selftest/HostAttention.java",
            "the parameters of the kernel that it stands in for", "bundled/jvm/Vectors.java",
            "the lanes of a vector, as a kernel gives them", "cache/CacheConfig.java", BUILT, "config/MlaConfig.java",
            BUILT, "config/MoeConfig.java", BUILT, "config/RopeConfig.java", BUILT, "graph/Capacity.java", BUILT);

    private static Map<Path, List<Method>> methods() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String sources : SOURCES) {
            try (Stream<Path> all = Files.walk(Path.of(sources))) {
                all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<Path, List<Method>> found = new TreeMap<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null,
                    manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                found.put(Path.of(unit.getSourceFile().toUri()), methods(unit, positions));
            }
        }
        return found;
    }

    private static List<Method> methods(CompilationUnitTree unit, SourcePositions positions) {
        List<Method> found = new ArrayList<>();
        LineMap lines = unit.getLineMap();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                long length = 0;
                if (method.getBody() != null) {
                    length = lines.getLineNumber(positions.getEndPosition(unit, method.getBody()))
                            - lines.getLineNumber(positions.getStartPosition(unit, method.getBody())) + 1;
                }
                found.add(new Method(method.getName().toString(), length, method.getParameters().size()));
                return super.visitMethod(method, unused);
            }
        }.scan(unit, null);
        return found;
    }

    private record Method(String name, long lines, int parameters) {
    }

    @Test
    void methodsOfTheHostAreShort() throws IOException {
        List<String> longer = new ArrayList<>();
        List<String> wider = new ArrayList<>();
        int counted = 0;
        for (Map.Entry<Path, List<Method>> file : methods().entrySet()) {
            String path = file.getKey().toString().replace('\\', '/');
            if (path.contains("/tornadomla/kernels/")) {
                continue;
            }
            boolean mayBeWide = MORE_PARAMETERS.keySet().stream().anyMatch(path::endsWith);
            for (Method method : file.getValue()) {
                counted++;
                if (method.lines() > MOST_LINES) {
                    longer.add(path + " " + method.name() + ": " + method.lines() + " lines");
                }
                if (method.parameters() > MOST_PARAMETERS && !mayBeWide) {
                    wider.add(path + " " + method.name() + ": " + method.parameters() + " parameters");
                }
            }
        }
        assertEquals(List.of(), longer);
        assertEquals(List.of(), wider);
        assertTrue(counted > 1000, "only " + counted + " methods were read");
    }
}
