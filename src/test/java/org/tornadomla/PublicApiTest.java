package org.tornadomla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.config.MlaConfig;

/**
 * The public API is what users need and no more: the types of the examples, and those that these mention in public
 * signatures, down to the last.
 */
class PublicApiTest {

    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("\\b[A-Z][A-Za-z0-9]+\\b");
    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"|//.*");

    private static final Map<String, Class<?>> TYPES = new TreeMap<>();

    @BeforeAll
    static void readClasses() throws IOException, URISyntaxException, ReflectiveOperationException {
        Path classes = Path.of(MlaConfig.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes.resolve("org/tornadomla"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
                if (!name.startsWith("org.tornadomla.bundled.") && !name.endsWith("package-info")) {
                    TYPES.put(name, Class.forName(name, false, PublicApiTest.class.getClassLoader()));
                }
            }
        }
    }

    private static boolean isMarked(Class<?> type) {
        for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
            if (outer.isAnnotationPresent(PublicApi.class)) {
                return true;
            }
        }
        return false;
    }

    private static Set<Class<?>> marked() {
        Set<Class<?>> marked = new HashSet<>();
        TYPES.values().stream().filter(type -> type.isAnnotationPresent(PublicApi.class)).forEach(marked::add);
        return marked;
    }

    /** Types of ours that the code in documents names. */
    private static Set<Class<?>> documented() throws IOException {
        Map<String, Class<?>> bySimpleName = new HashMap<>();
        TYPES.values().stream().filter(type -> Modifier.isPublic(type.getModifiers()) && !type.isMemberClass()).filter(
                type -> !type.getPackageName().matches(".*\\.(cli|launch|kernels|graph|weights)") || isMarked(type))
                .forEach(type -> bySimpleName.merge(type.getSimpleName(), type, (a, b) -> isMarked(b) ? b : a));
        Set<Class<?>> named = new HashSet<>();
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            files.filter(file -> file.toString().endsWith("api.md")).forEach(documents::add);
        }
        for (Path document : documents) {
            CODE.matcher(Files.readString(document)).results()
                    .forEach(code -> NAME.matcher(STRING.matcher(code.group(1)).replaceAll("")).results()
                            .map(match -> match.group()).filter(bySimpleName::containsKey)
                            .forEach(name -> named.add(bySimpleName.get(name))));
        }
        return named;
    }

    /** Types of ours in what users can call of a type. */
    private static Set<Class<?>> mentioned(Class<?> type) {
        Set<Class<?>> found = new HashSet<>();
        Set<Type> seen = new HashSet<>();
        if (type.getAnnotation(PublicApi.class) instanceof PublicApi api && api.opaque()) {
            return found;
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isOpen(method, method.getModifiers()) && !method.isSynthetic() && !isAccessorOfInternal(method)) {
                collect(method.getGenericReturnType(), found, seen);
                Stream.of(method.getGenericParameterTypes()).forEach(t -> collect(t, found, seen));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isOpen(constructor, constructor.getModifiers())) {
                Stream.of(constructor.getGenericParameterTypes()).forEach(t -> collect(t, found, seen));
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (isOpen(field, field.getModifiers())) {
                collect(field.getGenericType(), found, seen);
            }
        }
        for (Class<?> member : type.getDeclaredClasses()) {
            if (Modifier.isPublic(member.getModifiers())) {
                found.addAll(mentioned(member));
            }
        }
        Stream.of(type.getGenericInterfaces()).forEach(t -> collect(t, found, seen));
        if (type.getGenericSuperclass() != null) {
            collect(type.getGenericSuperclass(), found, seen);
        }
        found.remove(type);
        return found;
    }

    private static boolean isOpen(AnnotatedElement member, int modifiers) {
        return (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers))
                && !member.isAnnotationPresent(Internal.class);
    }

    private static boolean isAccessorOfInternal(Method method) {
        return method.getDeclaringClass().isRecord() && Stream.of(method.getDeclaringClass().getRecordComponents())
                .anyMatch(c -> c.getAccessor().equals(method) && method.isAnnotationPresent(Internal.class));
    }

    private static void collect(Type type, Set<Class<?>> found, Set<Type> seen) {
        if (!seen.add(type)) {
            return;
        }
        switch (type) {
            case Class<?> plain when plain.isArray() -> collect(plain.getComponentType(), found, seen);
            case Class<?> plain -> {
                if (plain.getName().startsWith("org.tornadomla.") || plain.getName().startsWith("uk.ac.")) {
                    Class<?> top = plain;
                    while (top.getEnclosingClass() != null) {
                        top = top.getEnclosingClass();
                    }
                    found.add(top);
                }
            }
            case ParameterizedType generic -> {
                collect(generic.getRawType(), found, seen);
                Stream.of(generic.getActualTypeArguments()).forEach(t -> collect(t, found, seen));
            }
            case GenericArrayType array -> collect(array.getGenericComponentType(), found, seen);
            case WildcardType wildcard -> {
                Stream.of(wildcard.getUpperBounds()).forEach(t -> collect(t, found, seen));
                Stream.of(wildcard.getLowerBounds()).forEach(t -> collect(t, found, seen));
            }
            case TypeVariable<?> variable -> Stream.of(variable.getBounds()).forEach(t -> collect(t, found, seen));
            default -> throw new AssertionError("no such type: " + type);
        }
    }

    @Test
    void publicSignaturesMentionOnlyMarkedTypes() {
        Set<String> wrong = new TreeSet<>();
        for (Class<?> type : marked()) {
            mentioned(type).stream().filter(other -> !isMarked(other))
                    .forEach(other -> wrong.add(type.getName() + " mentions " + other.getName()));
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void examplesUseMarkedTypesAndNothingElseIsMarked() throws IOException {
        Set<Class<?>> needed = new HashSet<>();
        Deque<Class<?>> open = new ArrayDeque<>(documented());
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (needed.add(type)) {
                open.addAll(mentioned(type));
            }
        }
        assertEquals(names(needed), names(marked()), "what users need, and what is marked");
        assertTrue(needed.size() > 20, "the examples name no types");
    }

    private static Set<String> names(Set<Class<?>> types) {
        Set<String> names = new TreeSet<>();
        types.stream().filter(type -> type.getName().startsWith("org.tornadomla."))
                .forEach(type -> names.add(type.getName()));
        return names;
    }
}
