package org.tornadomla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.cli.Main;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.server.ModelService;
import org.tornadomla.tutorial.DateTraining;

/**
 * Which package may use which: read from the compiled classes, so that a fully qualified name counts like an import.
 */
class ArchitectureTest {

    private static final String OURS = "org.tornadomla.";
    private static final String TORNADO = "uk.ac.manchester.tornado.";
    private static final String TORNADO_API = TORNADO + "api";
    private static final String TORNADO_ARRAYS = TORNADO_API + ".types.arrays";
    private static final String BUNDLED = OURS + "bundled";
    /** What a device of the bundled runtime says of itself. */
    private static final String BUNDLED_DEVICE = BUNDLED + ".device";
    /** Where arrays are filled in bulk without their memory being handed out, and what memory there is. */
    private static final String BUNDLED_MEMORY = BUNDLED + ".memory";
    private static final String JACKSON = "com.fasterxml.jackson";

    /**
     * What each package may use besides the JDK and itself: packages of ours by their short names, and prefixes of
     * other people's. A package that is not listed here fails; adding one is a decision about the whole.
     */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(Map.entry("annotation", Set.of()),
            Map.entry("error", Set.of()), Map.entry("files", Set.of()), Map.entry("config", Set.of("error", JACKSON)),
            Map.entry("template", Set.of("error", JACKSON)), Map.entry("text", Set.of(JACKSON)),
            Map.entry("tokenizer", Set.of("error", "template", "text", JACKSON, "ai.djl", "com.knuddels.jtokkit")),
            Map.entry("kernels", Set.of(TORNADO_API)), Map.entry("reference", Set.of("error", "config")),
            Map.entry("tensor", Set.of("error", "config", BUNDLED_MEMORY, TORNADO_API)),
            Map.entry("checkpoint", Set.of("error", "files", "config", "tensor", "blocks", JACKSON)),
            Map.entry("blocks", Set.of("error", "tensor")),
            Map.entry("gguf",
                    Set.of("error", "files", "config", "tensor", "checkpoint", "blocks", "tokenizer", JACKSON)),
            Map.entry("model", Set.of("error", "config", "checkpoint", "gguf", "tokenizer")),
            Map.entry("cache", Set.of("error", "files", "config", "tensor", TORNADO_API)),
            Map.entry("backend", Set.of("error", "config", "kernels", BUNDLED_DEVICE, BUNDLED_MEMORY, TORNADO_API)),
            Map.entry("graph", Set.of("error", "tensor", "kernels", "backend", TORNADO_API)),
            Map.entry("cost",
                    Set.of("error", "config", "tensor", "weights", "kernels", "cache", "graph", "layers", TORNADO_API)),
            Map.entry("weights", Set.of("error", "tensor", "blocks", "kernels", "backend", "graph", TORNADO_API)),
            Map.entry("layers",
                    Set.of("error", "config", "tensor", "weights", "kernels", "cache", "backend", "graph",
                            TORNADO_API)),
            Map.entry("selftest",
                    Set.of("error", "config", "tensor", "weights", "kernels", "cache", "backend", "graph", "layers",
                            "training", TORNADO_API)),
            Map.entry("driver", Set.of("error", "config", "cache", "backend", "graph", "layers", TORNADO_API)),
            Map.entry("attention",
                    Set.of("error", "config", "tensor", "kernels", "weights", "cache", "backend", "graph", "layers",
                            "driver", "selftest", TORNADO_API)),
            Map.entry("packed", Set.of("error", "backend", "files")),
            Map.entry("decoder",
                    Set.of("error", "config", "packed", "tensor", "weights", "checkpoint", "cache", "backend", "graph",
                            "layers", "driver", "attention", "selftest", "tokenizer", "model", TORNADO_ARRAYS)),
            Map.entry("golden",
                    Set.of("error", "config", "tensor", "checkpoint", "cache", "backend", "attention", "decoder",
                            "gguf", "model", "mixture", JACKSON)),
            Map.entry("launch", Set.of("error", "picocli", "org.w3c.dom", "org.xml.sax", "com.sun.management")),
            Map.entry("kernels.training", Set.of("kernels", TORNADO_API)),
            Map.entry("training",
                    Set.of("error", "config", "tensor", "kernels", "kernels.training", "backend", "graph",
                            TORNADO_API)),
            Map.entry("mixture", Set.of("error", "backend", TORNADO_ARRAYS)),
            Map.entry("tutorial", Set.of("error", "config", "picture", "backend", TORNADO_ARRAYS)),
            Map.entry("picture", Set.of()),
            Map.entry("finetune",
                    Set.of("error", "files", "config", "tensor", "checkpoint", "backend", TORNADO_ARRAYS)),
            Map.entry("constrain", Set.of("error", JACKSON)),
            Map.entry("server",
                    Set.of("error", "constrain", "cache", "config", "backend", "decoder", "text", "tokenizer", JACKSON,
                            "com.sun.net.httpserver", "io.micrometer")),
            Map.entry("cli",
                    Set.of("error", "files", "blocks", "packed", "launch", "server", "config", "tensor", "weights",
                            "checkpoint", "reference", "cache", "backend", "cost", "graph", "layers", "attention",
                            "selftest", "training", "decoder", "golden", "tokenizer", "gguf", "model", "tutorial",
                            "finetune", "picture", JACKSON, "picocli", "me.tongfei.progressbar", "org.jline")));

    /**
     * The only packages that read system properties; all others are told what they need. The tokenizer respects what a
     * user set for the library underneath it, which listens to a property alone.
     */
    private static final Set<String> READ_PROPERTIES = Set.of("backend", "cli", "launch", "tokenizer");

    /** Names of used classes, by class. */
    private static final Map<String, Set<String>> USES = new TreeMap<>();
    private static final Set<String> PROPERTY_READERS = new TreeSet<>();
    /** Members that each class refers to, as owner, name and descriptor. */
    private static final Map<String, Set<String>> MEMBERS = new TreeMap<>();

    /** What formats or changes letters by the locale of whoever started the JVM. */
    private static final Set<String> BY_LOCALE = Set.of(
            "java/lang/String.format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String;",
            "java/lang/String.formatted([Ljava/lang/Object;)Ljava/lang/String;",
            "java/lang/String.toLowerCase()Ljava/lang/String;", "java/lang/String.toUpperCase()Ljava/lang/String;",
            "java/io/PrintWriter.printf(Ljava/lang/String;[Ljava/lang/Object;)Ljava/io/PrintWriter;",
            "java/io/PrintWriter.format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/io/PrintWriter;",
            "java/io/PrintStream.printf(Ljava/lang/String;[Ljava/lang/Object;)Ljava/io/PrintStream;",
            "java/io/PrintStream.format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/io/PrintStream;",
            "java/util/Formatter.<init>()V", "java/util/Formatter.<init>(Ljava/lang/Appendable;)V");
    /** What opens a model without the user's options for configurations. */
    private static final Predicate<String> STRICT = Pattern
            .compile("org/tornadomla/(model/ModelFiles\\.(open|config)|decoder/Decoder\\.load(Prediction)?)"
                    + "\\(Ljava/nio/file/Path;(?!Lorg/tornadomla/config/ReadOptions;).*")
            .asMatchPredicate();

    /** Modules are compiled to folders or jars of their own, or all to one. */
    private static final List<
            Class<?>> ONE_OF_EACH_MODULE = List.of(MlaConfig.class, ModelService.class, DateTraining.class, Main.class);

    @BeforeAll
    static void readClasses() throws IOException, URISyntaxException {
        Set<Path> modules = new TreeSet<>();
        for (Class<?> one : ONE_OF_EACH_MODULE) {
            modules.add(Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        for (Path module : modules) {
            if (Files.isDirectory(module)) {
                readClasses(module);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(module)) {
                    readClasses(jar.getPath("/"));
                }
            }
        }
    }

    private static void readClasses(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                ClassModel model = ClassFile.of().parse(file);
                USES.put(name(model.thisClass().asSymbol()), uses(model));
                MEMBERS.put(name(model.thisClass().asSymbol()), members(model));
                if (readsProperties(model)) {
                    PROPERTY_READERS.add(name(model.thisClass().asSymbol()));
                }
            }
        }
    }

    private static Set<String> uses(ClassModel model) {
        Set<String> used = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> add(used, type.asSymbol());
                case MethodTypeEntry type -> add(used, type.asSymbol());
                case NameAndTypeEntry member when member.type().stringValue().startsWith("(") ->
                    add(used, MethodTypeDesc.ofDescriptor(member.type().stringValue()));
                case NameAndTypeEntry member -> add(used, ClassDesc.ofDescriptor(member.type().stringValue()));
                default -> {
                }
            }
        }
        for (MethodModel method : model.methods()) {
            add(used, method.methodTypeSymbol());
        }
        for (FieldModel field : model.fields()) {
            add(used, field.fieldTypeSymbol());
        }
        return used;
    }

    private static Set<String> members(ClassModel model) {
        Set<String> members = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                members.add(member.owner().asInternalName() + "." + member.name().stringValue()
                        + member.type().stringValue());
            }
        }
        return members;
    }

    private static boolean readsProperties(ClassModel model) {
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                String called = member.owner().asInternalName() + "." + member.name().stringValue();
                if (Set.of("java/lang/System.getProperty", "java/lang/System.getProperties",
                        "java/lang/Integer.getInteger", "java/lang/Long.getLong", "java/lang/Boolean.getBoolean")
                        .contains(called)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void add(Set<String> used, MethodTypeDesc type) {
        type.parameterList().forEach(parameter -> add(used, parameter));
        add(used, type.returnType());
    }

    private static void add(Set<String> used, ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        if (!element.isPrimitive()) {
            used.add(name(element));
        }
    }

    private static String name(ClassDesc type) {
        return type.packageName() + "." + type.displayName();
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static boolean within(String name, String prefix) {
        return name.startsWith(prefix + ".");
    }

    /** Whether a class is the library's: neither of the bundled runtime nor of the API that it implements. */
    private static boolean isLibrary(String name) {
        return name.startsWith(OURS) && !within(name, BUNDLED);
    }

    private static String shortName(String name) {
        return packageOf(name).substring(OURS.length());
    }

    @Test
    void everyPackageOfTheLibraryIsInTheTable() {
        Set<String> unlisted = new TreeSet<>();
        for (String name : USES.keySet()) {
            if (isLibrary(name) && !ALLOWED.containsKey(shortName(name))) {
                unlisted.add(packageOf(name));
            }
        }
        assertEquals(Set.of(), unlisted, "packages without a line in the table of this test");
    }

    @Test
    void packagesUseOnlyWhatTheTableAllows() {
        List<String> wrong = new ArrayList<>();
        USES.forEach((name, used) -> {
            if (isLibrary(name)) {
                used.stream().filter(other -> !isAllowed(shortName(name), other))
                        .forEach(other -> wrong.add(name + " uses " + other));
            }
        });
        assertEquals(List.of(), wrong);
    }

    /** Modules that have a form that is trained: they may use tapes. */
    private static final Set<String> TRAINED = Set.of("attention", "mixture", "tutorial", "finetune");

    private static boolean isAllowed(String user, String used) {
        if (TRAINED.contains(user) && used.startsWith(OURS + "training.")) {
            return true;
        }
        if (used.startsWith("java.") || used.startsWith("javax.") || used.startsWith("jdk.")
                || within(used, OURS + "annotation")) {
            return true;
        }
        if (isLibrary(used)) {
            return shortName(used).equals(user) || ALLOWED.getOrDefault(user, Set.of()).contains(shortName(used));
        }
        return ALLOWED.getOrDefault(user, Set.of()).stream().anyMatch(prefix -> within(used, prefix));
    }

    @Test
    void whatIsNotInTheTableIsSeenAndRefused() {
        assertTrue(USES.get("org.tornadomla.cache.CacheConfig").contains("org.tornadomla.config.MlaConfig"));
        assertTrue(isAllowed("cache", "org.tornadomla.config.MlaConfig"));
        assertFalse(isAllowed("kernels", "org.tornadomla.cache.CacheConfig"));
        assertFalse(isAllowed("cache", "org.tornadomla.bundled.device.Engine"));
        assertFalse(isAllowed("graph", "uk.ac.manchester.tornado.runtime.TornadoCoreRuntime"));
        assertFalse(isAllowed("decoder", "uk.ac.manchester.tornado.api.TaskGraph"));
    }

    @Test
    void theTableNamesOnlyPackagesOfItself() {
        for (Set<String> allowed : ALLOWED.values()) {
            for (String name : allowed) {
                assertTrue(name.contains(".") || name.equals("picocli") || ALLOWED.containsKey(name), name);
            }
        }
    }

    @Test
    void packagesOfTheLibraryFormNoLoop() {
        assertEquals(Map.of(), loops(ArchitectureTest::isLibrary), "packages that use each other in a loop");
    }

    @Test
    void packagesOfTheBundledRuntimeFormNoLoop() {
        assertTrue(USES.keySet().stream().anyMatch(name -> within(name, BUNDLED + ".device")));
        assertEquals(Map.of(), loops(name -> within(name, BUNDLED)), "packages that use each other in a loop");
    }

    /** The packages of some classes that use each other in a loop, with those of them that each uses. */
    private static Map<String, Set<String>> loops(Predicate<String> isMember) {
        Map<String, Set<String>> packages = new TreeMap<>();
        USES.forEach((name, used) -> {
            if (isMember.test(name)) {
                Set<String> others = packages.computeIfAbsent(shortName(name), any -> new TreeSet<>());
                used.stream().filter(isMember).map(ArchitectureTest::shortName)
                        .filter(other -> !other.equals(shortName(name))).forEach(others::add);
            }
        });
        // A package that uses no other one that is left belongs to no loop; what cannot be taken away is one.
        boolean shrinking = true;
        while (shrinking) {
            shrinking = packages.values().removeIf(others -> others.stream().noneMatch(packages::containsKey));
        }
        return packages;
    }

    @Test
    void theBundledRuntimeKnowsNothingOfTheLibrary() {
        List<String> wrong = new ArrayList<>();
        USES.forEach((name, used) -> {
            if (within(name, BUNDLED) || within(name, TORNADO_API)) {
                used.stream().filter(ArchitectureTest::isLibrary).forEach(other -> wrong.add(name + " uses " + other));
            }
        });
        assertEquals(List.of(), wrong);
    }

    private static List<String> users(Predicate<String> isUser, Predicate<String> isMember) {
        List<String> users = new ArrayList<>();
        MEMBERS.forEach((name, members) -> {
            if (isUser.test(name)) {
                members.stream().filter(isMember).forEach(member -> users.add(name + " uses " + member));
            }
        });
        return users;
    }

    /** Arabic digits in a kernel's source, or in the name of a file, are nobody's wish. */
    @Test
    void nothingDependsOnTheLocale() {
        assertEquals(List.of(), users(name -> true, BY_LOCALE::contains), "give them Locale.ROOT");
    }

    /** Keys that a user lets pass (--ignore-keys) pass in all commands. */
    @Test
    void commandsOpenModelsByTheUsersOptions() {
        assertTrue(users(name -> within(name, OURS + "golden"), STRICT).size() > 0, "the pattern finds nobody");
        assertEquals(List.of(), users(name -> within(name, OURS + "cli"), STRICT), "give them ReadOptions");
    }

    @Test
    void onlyTheOuterPackagesReadSystemProperties() {
        List<String> wrong = PROPERTY_READERS.stream()
                .filter(name -> isLibrary(name) && !READ_PROPERTIES.contains(shortName(name))).toList();
        assertEquals(List.of(), wrong, "classes that read system properties");
    }
}
