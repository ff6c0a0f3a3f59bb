package org.tornadomla.launch;

import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tornadomla.error.ConfigurationException;

/** The JVM's options on an SDK: our own of the folder tornado-config, and those that the SDK lists. */
final class SdkArguments {

    private static final String HOME = "${TORNADOVM_HOME}";
    private static final String MEMORY = "${DEVICE_MEMORY}";
    private static final String MODULE_PATH = "--module-path";

    /** The first JDK without the compiler interface that Graal used. */
    private static final int NO_JVMCI = 27;

    private final Sdk sdk;
    private final int jdk;
    private final Path optionFiles;
    private final List<String> words = new ArrayList<>();

    private SdkArguments(Sdk sdk, int jdk, Path optionFiles) {
        this.sdk = sdk;
        this.jdk = jdk;
        this.optionFiles = optionFiles;
    }

    /**
     * The options, in the order in which the JVM reads them: ours come last and win.
     *
     * @param sdk         the SDK
     * @param jdk         major version of the JDK that it is started on
     * @param optionFiles the folder tornado-config
     * @param memory      most device memory in MiB
     * @throws ConfigurationException when a module that the SDK names is in none of its jars
     */
    static List<String> of(Sdk sdk, int jdk, Path optionFiles, long memory) {
        SdkArguments arguments = new SdkArguments(sdk, jdk, optionFiles);
        arguments.read(sdk.hasTemplate() ? "sdk-6" : "sdk-5");
        sdk.backends().forEach(arguments::read);
        arguments.read("common");
        if (sdk.hasTemplate()) {
            arguments.fitJdk();
        }
        List<String> options = arguments.words.stream()
                .map(word -> word.replace(HOME, sdk.home().toString()).replace(MEMORY, memory + "MB")).toList();
        checkModules(sdk, options);
        return options;
    }

    /** Our file for a line or a backend; in place of a word that begins with @ comes that list of the SDK, if any. */
    private void read(String name) {
        for (String word : ArgumentFile.words(text(optionFiles.resolve(name + ".args")))) {
            if (!word.startsWith("@")) {
                words.add(word);
                continue;
            }
            Path list = Path.of(word.substring(1).replace(HOME, sdk.home().toString()));
            if (Files.isReadable(list)) {
                words.addAll(ArgumentFile.words(text(list)));
            }
        }
    }

    /**
     * An SDK's own list is for any JDK that it works with. The current folder goes from its module path. From JDK 27 on
     * the compiler interface is no part of the JDK: its options end the JVM, and the SDK brings its classes.
     */
    private void fitJdk() {
        for (int place = 0; place < words.size(); place++) {
            String word = words.get(place);
            boolean path = place > 0 && words.get(place - 1).equals(MODULE_PATH);
            if (path || word.startsWith(MODULE_PATH + "=")) {
                String start = path ? "" : MODULE_PATH + "=";
                String folders = word.substring(start.length()).replaceFirst("^[.]:", "");
                boolean add = jdk >= NO_JVMCI && !folders.contains("/share/java/jvmci");
                words.set(place, start + folders + (add ? ":" + HOME + "/share/java/jvmci" : ""));
            }
        }
        if (jdk >= NO_JVMCI) {
            words.removeIf(word -> word.equals("-XX:+EnableJVMCI"));
            removePatch();
        }
    }

    private void removePatch() {
        words.removeIf(word -> word.startsWith("--patch-module=jdk.internal.vm.ci="));
        for (int place = words.size() - 2; place >= 0; place--) {
            if (words.get(place).equals("--patch-module") && words.get(place + 1).startsWith("jdk.internal.vm.ci=")) {
                words.subList(place, place + 2).clear();
            }
        }
    }

    /** The JVM itself would end with an exception that names neither the SDK nor the file to look at. */
    private static void checkModules(Sdk sdk, List<String> options) {
        ModuleFinder jars = ModuleFinder.of(values(options, MODULE_PATH).stream()
                .flatMap(paths -> Arrays.stream(paths.split(":", -1))).map(Path::of).toArray(Path[]::new));
        for (String names : values(options, "--add-modules")) {
            for (String module : names.split(",", -1)) {
                if (module.startsWith("tornado.") && !has(jars, module, sdk)) {
                    throw new ConfigurationException("the SDK in " + sdk.home() + " names the module " + module
                            + ", which is in none of its jars (etc/tornado.backend says its backends are "
                            + String.join(", ", sdk.backends()) + "); install it again");
                }
            }
        }
    }

    private static boolean has(ModuleFinder jars, String module, Sdk sdk) {
        try {
            return jars.find(module).isPresent();
        } catch (FindException e) {
            throw new ConfigurationException(
                    "the jars of the SDK in " + sdk.home() + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The values of an option, which stand behind it or, after an equals sign, in it. */
    private static List<String> values(List<String> options, String name) {
        List<String> values = new ArrayList<>();
        for (int place = 0; place < options.size(); place++) {
            if (options.get(place).equals(name) && place + 1 < options.size()) {
                values.add(options.get(place + 1));
            } else if (options.get(place).startsWith(name + "=")) {
                values.add(options.get(place).substring(name.length() + 1));
            }
        }
        return values;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the JVM options in " + file + ": " + e, e);
        }
    }
}
