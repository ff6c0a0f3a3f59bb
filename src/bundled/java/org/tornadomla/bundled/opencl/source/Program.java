package org.tornadomla.bundled.opencl.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.Refusal;
import org.tornadomla.bundled.device.CodePlace;

/** What the functions of one OpenCL program share: the prelude and the helper functions. */
final class Program {

    /**
     * A translated helper; {@code writes} tells whether calls have effects, {@code reads} whether they look at memory.
     */
    record Helper(String name, CType type, boolean writes, boolean reads, String text) {
    }

    private final TranslationOptions options;
    private final Prelude prelude = new Prelude();
    private final Map<String, Helper> helpers = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Deque<String> open = new ArrayDeque<>();
    /** The classes whose code the program is made of. */
    private final Set<Class<?>> owners = new HashSet<>();
    /** Places of the task's arguments that a private or local array's size is made of. */
    private final Set<Integer> sizedBy = new HashSet<>();
    private boolean dependsOnSizes;
    private boolean readsFields;

    Program(TranslationOptions options) {
        this.options = options;
    }

    TranslationOptions options() {
        return options;
    }

    Prelude prelude() {
        return prelude;
    }

    /** Notes that code of a class is in the program. */
    void note(Class<?> owner) {
        owners.add(owner);
    }

    /** Notes that a number is in the program that was read from a field, where it may be another the next time. */
    void noteField() {
        readsFields = true;
    }

    /** Whether all code is of a place, and says all that the program depends on. */
    boolean isOf(CodePlace place) {
        return !readsFields && owners.stream().allMatch(place::holds);
    }

    /** Notes that the size of a task's array is a constant of the program. */
    void noteSize() {
        dependsOnSizes = true;
    }

    /** Whether the program is for arrays of just these sizes. */
    boolean dependsOnSizes() {
        return dependsOnSizes;
    }

    /** Notes that the size of an array of the kernel's own is made of these arguments of the task, by their places. */
    void noteSizedBy(Set<Integer> arguments) {
        sizedBy.addAll(arguments);
    }

    /** Places of the arguments that have to be constants for the kernel's own arrays to have a size. */
    Set<Integer> sizedBy() {
        return sizedBy;
    }

    /** A function name that nothing else in the program has. */
    String functionName(String wish) {
        String base = wish.replaceAll("[^A-Za-z0-9_]", "_");
        String name = base;
        for (int i = 2; !names.add(name); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    /**
     * The function for a call of a static method: one for each combination of array kinds, array sizes and constant
     * arguments.
     *
     * @param arguments the arguments of the call
     */
    Helper helper(MethodCode code, List<Expr> arguments) {
        StringBuilder key = new StringBuilder(
                code.owner().getName() + "." + code.method().methodName() + code.method().methodType());
        arguments.forEach(argument -> key.append('|').append(argument.type()).append(fixed(argument)));
        String text = key.toString();
        Helper known = helpers.get(text);
        if (known != null) {
            return known;
        }
        if (open.contains(text) || open.size() > 32) {
            throw Refusal.at(code, 0, "recursion");
        }
        open.push(text);
        String name = functionName(code.owner().getSimpleName() + "_" + code.method().methodName().stringValue());
        Helper helper = new FunctionTranslator(this, code).translateHelper(name, arguments);
        open.pop();
        helpers.put(text, helper);
        return helper;
    }

    /** The value of a call as an expression of its arguments; null when the method is more than an expression. */
    Expr inline(MethodCode code, List<Expr> arguments) {
        String key = code.owner().getName() + "." + code.method().methodName() + code.method().methodType();
        if (open.contains(key)) {
            return null;
        }
        open.push(key);
        Expr value = new FunctionTranslator(this, code).inline(arguments);
        open.pop();
        return value;
    }

    private static String fixed(Expr argument) {
        return argument.isConstant()
                ? argument.code()
                : argument.detail() instanceof Expr.Array array ? array.toString() : "";
    }

    /** Names of the functions of the program's text; macros of the prelude are none. */
    List<String> functions(String kernel) {
        List<String> functions = new ArrayList<>();
        prelude.used().forEach((name, text) -> {
            if (!text.startsWith("#define")) {
                functions.add(name);
            }
        });
        helpers.values().forEach(helper -> functions.add(helper.name()));
        functions.add(kernel);
        return functions;
    }

    /**
     * The program's text: pragmas, prelude, helpers in an order in which each stands before its callers, the kernel.
     */
    String text(String kernel) {
        List<String> parts = new ArrayList<>();
        if (!options.contract()) {
            parts.add("#pragma OPENCL FP_CONTRACT OFF");
        }
        List<String> functions = new ArrayList<>();
        helpers.values().forEach(helper -> functions.add(helper.text()));
        functions.add(kernel);
        if (functions.stream().anyMatch(function -> function.contains("double"))) {
            parts.add("#pragma OPENCL EXTENSION cl_khr_fp64 : enable");
        }
        parts.addAll(prelude.used().values());
        parts.addAll(functions);
        return String.join("\n\n", parts).replaceAll("(?m)^(#define .*)\n\n(?=#define)", "$1\n") + "\n";
    }
}
