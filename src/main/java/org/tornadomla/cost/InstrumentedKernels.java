package org.tornadomla.cost;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.kernels.Groups;

import uk.ac.manchester.tornado.api.KernelContext;

/** Copies of the kernels that tell {@link Recorder} what they do; a barrier may be left out. */
final class InstrumentedKernels extends ClassLoader {

    /** Leaves every barrier where it is. */
    static final int ALL_BARRIERS = -1;

    private static final String KERNELS = Groups.class.getPackageName() + ".";
    private static final String ARRAYS = "uk/ac/manchester/tornado/api/types/arrays/";
    private static final ClassDesc RECORDER = Recorder.class.describeConstable().orElseThrow();

    private static final ClassDesc CONTEXT = KernelContext.class.describeConstable().orElseThrow();

    private final String withoutIn;
    private final int without;
    private final List<String> sites = new ArrayList<>();
    private int barriers;
    private int line;

    private InstrumentedKernels(String withoutIn, int without) {
        super(InstrumentedKernels.class.getClassLoader());
        this.withoutIn = withoutIn;
        this.without = without;
    }

    /** Copies of all kernels as they are. */
    static InstrumentedKernels whole() {
        return new InstrumentedKernels("", ALL_BARRIERS);
    }

    /**
     * Copies without one barrier.
     *
     * @param kernels name of a class, below the package of kernels
     * @param barrier which of its barriers, in the order of its code
     */
    static InstrumentedKernels without(String kernels, int barrier) {
        return new InstrumentedKernels(KERNELS + kernels, barrier);
    }

    /** Barriers in the code of the class that was named to {@link #without}, once it is loaded. */
    int barriers() {
        return barriers;
    }

    /** The line of code of an access. */
    String site(int number) {
        return sites.get(number);
    }

    /**
     * The copy of a kernel.
     *
     * @param kernel name of its class, below the package of kernels, and of the method
     * @throws ConfigurationException when there is none
     */
    Method kernel(String kernel) {
        int dot = kernel.lastIndexOf('.');
        try {
            return Arrays.stream(loadClass(KERNELS + kernel.substring(0, dot)).getMethods())
                    .filter(method -> method.getName().equals(kernel.substring(dot + 1))).findAny()
                    .orElseThrow(() -> new ConfigurationException("there is no kernel " + kernel));
        } catch (ClassNotFoundException e) {
            throw new ConfigurationException("there is no kernel " + kernel + "; name its class and method", e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null && name.startsWith(KERNELS)) {
                byte[] copy = copy(name);
                loaded = defineClass(name, copy, 0, copy.length);
            }
            return loaded == null ? super.loadClass(name, resolve) : loaded;
        }
    }

    private byte[] copy(String name) throws ClassNotFoundException {
        try (InputStream code = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (code == null) {
                throw new ClassNotFoundException(name);
            }
            boolean counted = name.equals(withoutIn);
            CodeTransform transform = (builder, element) -> put(builder, element, name, counted);
            return ClassFile.of().transformClass(ClassFile.of().parse(code.readAllBytes()),
                    ClassTransform.transformingMethodBodies(transform));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(CodeBuilder builder, CodeElement element, String name, boolean counted) {
        switch (element) {
            case LineNumber number -> {
                line = number.line();
                builder.with(element);
            }
            case InvokeInstruction call when isAccess(call) -> array(builder, call, name);
            case InvokeInstruction call when isOf(call.owner()) -> {
                if (counted && call.name().equalsString("localBarrier") && barriers++ == without) {
                    builder.pop();
                } else {
                    context(builder, call);
                }
            }
            case FieldInstruction field when isOf(field.owner()) -> {
                builder.loadConstant(field.name().stringValue());
                builder.invokestatic(RECORDER, "place",
                        MethodTypeDesc.of(field.typeSymbol(), CONTEXT, ConstantDescs.CD_String));
            }
            case ArrayLoadInstruction load -> local(builder, name, "load", switch (load.typeKind()) {
                case FLOAT -> MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_float.arrayType(),
                        ConstantDescs.CD_int, ConstantDescs.CD_int);
                default -> MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int.arrayType(),
                        ConstantDescs.CD_int, ConstantDescs.CD_int);
            });
            case ArrayStoreInstruction store -> {
                ClassDesc type = store.typeKind().upperBound();
                local(builder, name, "store", MethodTypeDesc.of(ConstantDescs.CD_void, type.arrayType(),
                        ConstantDescs.CD_int, type, ConstantDescs.CD_int));
            }
            case OperatorInstruction operator when isArithmetic(operator) -> {
                builder.invokestatic(RECORDER, "operation", MethodTypeDesc.of(ConstantDescs.CD_void));
                builder.with(operator);
            }
            default -> builder.with(element);
        }
    }

    private static boolean isAccess(InvokeInstruction call) {
        String name = call.name().stringValue();
        return call.owner().asInternalName().startsWith(ARRAYS) && (name.equals("get") || name.equals("set"));
    }

    private static boolean isOf(ClassEntry owner) {
        return owner.asSymbol().equals(CONTEXT);
    }

    /** The call of a method of the context, which stands in the recorder with the context as its first parameter. */
    private static void context(CodeBuilder builder, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        builder.invokestatic(RECORDER, call.name().stringValue(), type.insertParameterTypes(0, CONTEXT));
    }

    private static boolean isArithmetic(OperatorInstruction operator) {
        return switch (operator.opcode()) {
            case FADD, FSUB, FMUL, FDIV -> true;
            default -> false;
        };
    }

    private int site(String name, int at) {
        sites.add(name.substring(KERNELS.length()) + ":" + at);
        return sites.size() - 1;
    }

    private void array(CodeBuilder builder, InvokeInstruction call, String name) {
        MethodTypeDesc type = call.typeSymbol();
        List<ClassDesc> parameters = new ArrayList<>(List.of(call.owner().asSymbol()));
        parameters.addAll(type.parameterList());
        parameters.add(ConstantDescs.CD_int);
        builder.loadConstant(site(name, line));
        builder.invokestatic(RECORDER, call.name().stringValue(), MethodTypeDesc.of(type.returnType(), parameters));
    }

    private void local(CodeBuilder builder, String name, String method, MethodTypeDesc type) {
        builder.loadConstant(site(name, line));
        builder.invokestatic(RECORDER, method, type);
    }
}
