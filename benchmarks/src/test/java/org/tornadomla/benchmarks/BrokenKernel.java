package org.tornadomla.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The library with one kernel that computes something else, in a class loader of its own. */
final class BrokenKernel {

    private static final String KERNELS = "org/tornadomla/kernels/";
    private static final String ADD = "add";
    private static final String MULTIPLY = "mult";

    private boolean changed;

    private BrokenKernel() {
    }

    /**
     * Runs {@link SmallWorkloads#refusal} with a kernel that multiplies where it should add or, where it adds no
     * floating-point numbers, that stores nothing.
     *
     * @param kernel simple name of its class, or null to break none
     * @param folder for the broken class
     */
    static String refusal(String workload, String kernel, Path folder) throws Exception {
        if (kernel != null) {
            breakClass(kernel, folder);
        }
        List<URL> path = new ArrayList<>(List.of(folder.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
            path.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(path.toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader())) {
            return (String) loader.loadClass(SmallWorkloads.class.getName()).getMethod("refusal", String.class)
                    .invoke(null, workload);
        } catch (InvocationTargetException e) {
            throw new AssertionError(workload + " failed in another way than by its answer", e.getCause());
        }
    }

    private static void breakClass(String kernel, Path folder) throws IOException {
        String name = KERNELS + kernel + ".class";
        byte[] original;
        try (InputStream in = BrokenKernel.class.getClassLoader().getResourceAsStream(name)) {
            original = in.readAllBytes();
        }
        BrokenKernel broken = new BrokenKernel();
        byte[] changed = broken.transform(original, broken::multiply);
        if (!broken.changed) {
            changed = broken.transform(original, broken::forgetToStore);
        }
        if (!broken.changed) {
            throw new AssertionError(kernel + " neither adds nor stores");
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, changed);
    }

    private byte[] transform(byte[] original, CodeTransform code) {
        ClassFile classes = ClassFile.of();
        ClassModel model = classes.parse(original);
        return classes.transformClass(model, ClassTransform.transformingMethodBodies(code));
    }

    private void multiply(CodeBuilder code, CodeElement element) {
        if (element instanceof OperatorInstruction operator && operator.opcode() == Opcode.FADD) {
            code.fmul();
            changed = true;
        } else if (element instanceof InvokeInstruction call && call.name().equalsString(ADD)
                && call.owner().asInternalName().endsWith("/Float16")) {
            code.invokestatic(call.owner().asSymbol(), MULTIPLY, call.typeSymbol());
            changed = true;
        } else {
            code.with(element);
        }
    }

    private void forgetToStore(CodeBuilder code, CodeElement element) {
        boolean store = element instanceof InvokeInstruction call
                && (call.name().equalsString("set") || call.name().equalsString("store"));
        if (!store) {
            code.with(element);
            return;
        }
        InvokeInstruction call = (InvokeInstruction) element;
        MethodTypeDesc type = call.typeSymbol();
        for (int i = type.parameterCount() - 1; i >= 0; i--) {
            pop(code, type.parameterType(i));
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
        changed = true;
    }

    private static void pop(CodeBuilder code, ClassDesc type) {
        if (TypeKind.from(type).slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }
}
