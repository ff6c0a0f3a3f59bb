package org.tornadomla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;

/** The bundled API has no type and no member that TornadoVM 5.2.0's API has not, with the same descriptor. */
class ApiSurfaceTest {

    private static final String LIST = "/tornadovm/api-5.2.0.txt";
    private static final String ROOT = "uk.ac.manchester.tornado.api";

    /** Types that the list names in descriptors and headings without listing their members. */
    private static final Set<String> NAMED_ONLY = Set.of(ROOT + ".types.collections.TornadoCollectionInterface",
            ROOT + ".types.vectors.TornadoVectorsInterface", ROOT + ".profiler.ProfilerInterface");

    /** Members by class, each as the list writes it. */
    private static final Map<String, Set<String>> LISTED = new HashMap<>();
    private static String text;

    @BeforeAll
    static void readList() throws IOException {
        try (InputStream stream = ApiSurfaceTest.class.getResourceAsStream(LIST)) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        Set<String> members = new HashSet<>();
        for (String line : text.split("\n")) {
            if (line.startsWith(ROOT)) {
                members = new HashSet<>();
                LISTED.put(line.substring(0, line.indexOf(' ')), members);
            } else if (line.startsWith("  ")) {
                members.add(line.strip().replaceFirst(" varargs$", "").replaceFirst(" = .*$", ""));
            }
        }
    }

    @Test
    void everyBundledTypeAndMemberIsInTheRealApi() throws Exception {
        assumeFalse(KernelContext.class.getModule().isNamed(), "a real SDK is active");
        List<Class<?>> types = bundledTypes();
        assertTrue(types.size() > 40, "found only " + types.size() + " types");
        List<String> unknown = new ArrayList<>();
        for (Class<?> type : types) {
            if (NAMED_ONLY.contains(type.getName())) {
                assertTrue(text.contains(type.getName().replace('.', '/')) || text.contains(type.getName()),
                        type.getName());
            } else if (!LISTED.containsKey(type.getName())) {
                unknown.add(type.getName());
            } else {
                unknownMembers(type).forEach(member -> unknown.add(type.getName() + ": " + member));
            }
        }
        assertEquals(List.of(), unknown);
    }

    private static List<Class<?>> bundledTypes() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(KernelContext.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes.resolve(ROOT.replace('.', '/')))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file).toString().replace(".class", "").replace('/', '.');
                types.add(Class.forName(name));
            }
        }
        return types;
    }

    private static List<String> unknownMembers(Class<?> type) {
        List<String> unknown = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isOffered(field)) {
                check(type, prefix(field) + field.getName() + " " + field.getType().descriptorString(), unknown);
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isOffered(method) && !method.getName().matches("toString|hashCode|equals")) {
                check(type, prefix(method) + method.getName() + descriptor(method, method.getReturnType()), unknown);
            }
        }
        for (Executable constructor : type.getDeclaredConstructors()) {
            if (isOffered(constructor) && !type.isEnum()) {
                check(type, "<init>" + descriptor(constructor, void.class), unknown);
            }
        }
        return unknown;
    }

    private static void check(Class<?> type, String member, List<String> unknown) {
        if (!LISTED.get(type.getName()).contains(member)) {
            unknown.add(member);
        }
    }

    private static boolean isOffered(Member member) {
        return !member.isSynthetic() && (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static String prefix(Member member) {
        return Modifier.isStatic(member.getModifiers()) ? "static " : "";
    }

    private static String descriptor(Executable executable, Class<?> result) {
        return MethodType.methodType(result, executable.getParameterTypes()).descriptorString();
    }
}
