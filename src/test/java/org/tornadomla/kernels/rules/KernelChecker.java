package org.tornadomla.kernels.rules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Checks the kernels of a class, which are its public static methods without a result, and the static helpers that they
 * call in the same package.
 *
 * <p>What no rule here sees, and tests of the kernels on a real SDK have to: a negative number divided by a constant
 * power of two, casts of numbers out of an int's range, a minimum or maximum with NaN, private arrays of which only a
 * part was written, a device array that is written in part and never read, and two views of one storage.
 */
public final class KernelChecker {

    /**
     * Most nodes of a helper with all that it calls, by the count of {@link MethodCode#nodes}. TornadoVM's limit is 600
     * of its own nodes. Sixteen widened bfloat16 numbers in a form that it refused for 613 count 627 here, in the form
     * that it takes, with 597 of its nodes, 611.
     */
    private static final int MOST_HELPER_NODES = 614;

    private static final ClassDesc VECTOR = ClassDesc.ofDescriptor(Float16.class.descriptorString());

    private record Parsed(MethodCode code, Frame[] frames) {
    }

    private final ClassLoader loader;
    private final String className;
    private final String packagePrefix;
    private final Map<String, Parsed> methods = new HashMap<>();
    private final Map<String, Set<Integer>> written = new HashMap<>();
    private final Map<String, Integer> nodes = new HashMap<>();
    private final Map<String, Boolean> laneLoops = new HashMap<>();
    private final Set<String> checked = new LinkedHashSet<>();
    private final Set<Violation> violations = new LinkedHashSet<>();

    private KernelChecker(ClassModel kernels, ClassLoader loader) {
        this.loader = loader;
        className = kernels.thisClass().asInternalName();
        packagePrefix = className.substring(0, className.lastIndexOf('/') + 1);
        add(kernels);
    }

    /**
     * @param kernels a class with kernels
     * @return what they break; empty when they break nothing
     */
    public static List<Violation> check(Class<?> kernels) {
        return check(parse(kernels.getClassLoader(), internalName(kernels)), kernels.getClassLoader(), any -> true);
    }

    /**
     * @param kernels a class with kernels
     * @param name    of one of them
     * @return what it breaks; empty when it breaks nothing
     */
    static List<Violation> check(Class<?> kernels, String name) {
        return check(parse(kernels.getClassLoader(), internalName(kernels)), kernels.getClassLoader(), name::equals);
    }

    /**
     * @param kernels a class with kernels, which need not be loaded
     * @param name    of one of them
     * @return what it breaks; empty when it breaks nothing
     */
    static List<Violation> check(ClassModel kernels, String name) {
        return check(kernels, KernelChecker.class.getClassLoader(), name::equals);
    }

    private static List<Violation> check(ClassModel kernels, ClassLoader loader, Predicate<String> names) {
        KernelChecker checker = new KernelChecker(kernels, loader);
        for (MethodModel method : kernels.methods()) {
            String name = method.methodName().stringValue();
            if (isKernel(method) && names.test(name)) {
                checker.check(MethodCode.key(checker.className, name, method.methodType().stringValue()), false);
            }
        }
        return List.copyOf(checker.violations);
    }

    /**
     * @param kernels a class
     * @return how many kernels it has
     */
    public static int count(Class<?> kernels) {
        return (int) parse(kernels.getClassLoader(), internalName(kernels)).methods().stream()
                .filter(KernelChecker::isKernel).count();
    }

    private static String internalName(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    private static boolean isKernel(MethodModel method) {
        AccessFlags flags = method.flags();
        // What takes a vector itself is a helper: kernels take arrays of them.
        return flags.has(AccessFlag.PUBLIC) && flags.has(AccessFlag.STATIC)
                && !method.methodTypeSymbol().parameterList().contains(VECTOR)
                && method.methodTypeSymbol().returnType().descriptorString().equals("V");
    }

    private static ClassModel parse(ClassLoader loader, String className) {
        try (InputStream bytes = loader.getResourceAsStream(className + ".class")) {
            return ClassFile.of().parse(bytes.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void add(ClassModel model) {
        for (MethodModel method : model.methods()) {
            if (method.flags().has(AccessFlag.STATIC) && method.code().isPresent()) {
                MethodCode code = new MethodCode(model, method);
                methods.put(MethodCode.key(model.thisClass().asInternalName(), code.name(),
                        method.methodType().stringValue()), new Parsed(code, Interpreter.wholeMethod(code)));
            }
        }
    }

    private void check(String key, boolean helper) {
        if (!checked.add(key)) {
            return;
        }
        MethodCode code = methods.get(key).code;
        Frame[] frames = methods.get(key).frames;
        violations.addAll(ConstructRules.check(code, frames, this::isHelper));
        violations.addAll(LoopRules.check(code, helper));
        violations.addAll(VectorRules.check(code, frames, helper, this::hasLaneLoop,
                call -> isHelper(call) ? nodes(key(call)) : 0));
        violations.addAll(ParallelRules.check(code, frames));
        violations.addAll(ArrayRules.check(code, frames, this::writtenByHelper));
        if (helper && nodes(key) > MOST_HELPER_NODES) {
            violations.add(code.violation(Rule.HELPER_TOO_LARGE, 0, "about " + nodes(key) + " nodes"));
        } else if (!helper) {
            violations.addAll(SignatureRules.check(code, written(key)));
        }
        for (InvokeInstruction call : calls(code)) {
            check(key(call), true);
        }
    }

    private List<InvokeInstruction> calls(MethodCode code) {
        List<InvokeInstruction> calls = new ArrayList<>();
        for (int index = 0; index < code.size(); index++) {
            if (code.at(index) instanceof InvokeInstruction call && isHelper(call)) {
                calls.add(call);
            }
        }
        return calls;
    }

    /** Whether a call is a maximum or minimum of vectors, or one of a helper that has such in it. */
    private boolean hasLaneLoop(InvokeInstruction call) {
        if (!isHelper(call)) {
            return VectorRules.isLaneLoop(call);
        }
        if (!laneLoops.containsKey(key(call))) {
            laneLoops.put(key(call), false);
            MethodCode code = methods.get(key(call)).code;
            boolean found = false;
            for (int index = 0; index < code.size(); index++) {
                found |= code.at(index) instanceof InvokeInstruction inner && hasLaneLoop(inner);
            }
            laneLoops.put(key(call), found);
        }
        return laneLoops.get(key(call));
    }

    /** Nodes of a method with those of all helpers that end up in it. */
    private int nodes(String key) {
        if (!nodes.containsKey(key)) {
            nodes.put(key, 0);
            MethodCode code = methods.get(key).code;
            nodes.put(key, code.nodes() + calls(code).stream().mapToInt(call -> nodes(key(call))).sum());
        }
        return nodes.get(key);
    }

    private boolean isHelper(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        // Those of its own package, or of one above: kernels of training share the helpers of all.
        boolean shared = packagePrefix.startsWith(owner.substring(0, owner.lastIndexOf('/') + 1));
        if (!shared || !call.opcode().name().equals("INVOKESTATIC")) {
            return false;
        }
        if (!methods.containsKey(key(call))) {
            add(parse(loader, owner));
        }
        return methods.containsKey(key(call));
    }

    private static String key(InvokeInstruction call) {
        return MethodCode.key(call.owner().asInternalName(), call.name().stringValue(), call.type().stringValue());
    }

    private Set<Integer> writtenByHelper(InvokeInstruction call) {
        return isHelper(call) ? written(key(call)) : null;
    }

    private Set<Integer> written(String key) {
        if (!written.containsKey(key)) {
            // A helper that calls itself writes nothing that its other calls do not write.
            written.put(key, Set.of());
            Parsed method = methods.get(key);
            written.put(key, ArrayRules.writtenParameters(method.code, method.frames, this::writtenByHelper));
        }
        return written.get(key);
    }
}
