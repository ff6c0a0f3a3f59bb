package org.tornadomla.bundled.jvm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tornadomla.bundled.bytecode.ClassFiles;
import org.tornadomla.bundled.bytecode.LaneShapes;
import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.ParallelLoop;
import org.tornadomla.bundled.bytecode.ParallelLoops;

/**
 * Writes the hidden class of one kernel: the kernel's code, that of its helpers, and the {@link KernelCode} around it.
 */
final class KernelAssembler {

    private static final String KERNEL = "kernel";
    private static final String COUNT = "count";

    private final Method method;
    private final boolean lowering;
    private final int maxInlinedBytes;
    private final MethodCode code;
    private final MethodTypeDesc type;
    private final ParallelLoop loop;
    private final ClassLoader loader;
    private final ClassDesc owner;
    private final Map<MethodModel, String> copiedNames = new HashMap<>();
    private final Deque<MethodModel> toCopy = new ArrayDeque<>();
    private final Deque<MethodModel> beingInlined = new ArrayDeque<>();
    private int inlinedBytes;

    /**
     * An assembler for one kernel.
     *
     * @param lowering        whether API types are lowered
     * @param maxInlinedBytes bytes of original code up to which helpers are inlined into a method
     * @throws org.tornadomla.bundled.bytecode.Refusal if the kernel has a loop that devices get wrong
     */
    KernelAssembler(Method method, boolean lowering, int maxInlinedBytes) {
        this.method = method;
        this.lowering = lowering;
        this.maxInlinedBytes = maxInlinedBytes;
        // Loops stay whole also where registers are narrower: split ones were compiled no faster, and took the compiler
        // longer.
        this.code = MethodCode.of(method, VectorUnit.WIDTH);
        this.loader = method.getDeclaringClass().getClassLoader();
        List<ParallelLoop> loops = ParallelLoops.of(code);
        this.loop = loops.isEmpty() ? null : loops.getFirst();
        MethodTypeDesc given = code.method().methodTypeSymbol();
        this.type = lowering ? LoweredTypes.lowered(given) : given;
        this.owner = ClassDesc.of(method.getDeclaringClass().getName() + "$" + method.getName() + "$Kernel");
    }

    /** Whether API types are lowered; if not, only the parallel loop is cut. */
    boolean lowers() {
        return lowering;
    }

    /** The hidden class. */
    ClassDesc owner() {
        return owner;
    }

    /** The bytes of the hidden class. */
    byte[] assemble() {
        ClassHierarchyResolver resolver = ClassHierarchyResolver.defaultResolver()
                .orElse(ClassHierarchyResolver.ofClassLoading(loader));
        return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver)).build(owner, this::members);
    }

    private void members(ClassBuilder builder) {
        builder.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
        builder.withInterfaceSymbols(LoweredTypes.desc(KernelCode.class));
        SecondCompiler.declare(builder);
        builder.with(SourceFileAttribute.of(method.getDeclaringClass().getSimpleName() + ".java"));
        builder.withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_PUBLIC, out -> {
            out.aload(0);
            out.invokespecial(CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
            out.return_();
        });
        builder.withMethodBody("trips", MethodTypeDesc.of(CD_int, CD_Object.arrayType()), ClassFile.ACC_PUBLIC,
                this::trips);
        builder.withMethodBody("run", MethodTypeDesc.of(CD_void, CD_Object.arrayType(), CD_int, CD_int),
                ClassFile.ACC_PUBLIC, this::run);
        kernel(builder);
        if (loop != null) {
            count(builder);
        }
        while (!toCopy.isEmpty()) {
            MethodModel helper = toCopy.remove();
            inlinedBytes = 0;
            builder.withMethodBody(copiedNames.get(helper), LoweredTypes.lowered(helper.methodTypeSymbol()),
                    ClassFile.ACC_STATIC, out -> copy(out, MethodCopier.ofHelper(this, helper)));
        }
    }

    private void kernel(ClassBuilder builder) {
        int parameterSlots = parameterSlots();
        LoopRange range = loop == null ? null : LoopRange.cut(code, loop, parameterSlots, maxLocals() + 2);
        MethodTypeDesc ranged = type.insertParameterTypes(type.parameterCount(), CD_int, CD_int);
        inlinedBytes = codeLength(code.method());
        builder.withMethodBody(KERNEL, ranged, ClassFile.ACC_STATIC,
                out -> copy(out, new MethodCopier(this, code.method(), parameterSlots, 2, range)));
    }

    private void copy(CodeBuilder out, MethodCopier copier) {
        SecondCompiler.only(out, owner);
        copier.copy(out);
    }

    private void count(ClassBuilder builder) {
        LoopRange range = LoopRange.counted(code, loop);
        builder.withMethodBody(COUNT, type.changeReturnType(CD_int), ClassFile.ACC_STATIC,
                out -> new MethodCopier(this, code.method(), 0, 0, range).copy(out));
    }

    private void trips(CodeBuilder out) {
        if (loop == null) {
            out.iconst_0();
        } else {
            loadArguments(out);
            out.invokestatic(owner, COUNT, type.changeReturnType(CD_int));
        }
        out.ireturn();
    }

    private void run(CodeBuilder out) {
        loadArguments(out);
        out.iload(2);
        out.iload(3);
        out.invokestatic(owner, KERNEL, type.insertParameterTypes(type.parameterCount(), CD_int, CD_int));
        out.return_();
    }

    private void loadArguments(CodeBuilder out) {
        for (int index = 0; index < type.parameterCount(); index++) {
            ClassDesc parameter = type.parameterType(index);
            out.aload(1);
            out.loadConstant(index);
            out.aaload();
            if (!parameter.isPrimitive()) {
                out.checkcast(parameter);
            } else if (parameter.equals(ConstantDescs.CD_char)) {
                out.checkcast(ConstantDescs.CD_Character);
                out.invokevirtual(ConstantDescs.CD_Character, "charValue", MethodTypeDesc.of(parameter));
            } else {
                out.checkcast(ConstantDescs.CD_Number);
                out.invokevirtual(ConstantDescs.CD_Number, parameter.displayName() + "Value",
                        MethodTypeDesc.of(parameter));
            }
        }
    }

    private int parameterSlots() {
        return type.parameterList().stream().mapToInt(parameter -> TypeKind.from(parameter).slotSize()).sum();
    }

    private int maxLocals() {
        return ((CodeAttribute) code.method().code().orElseThrow()).maxLocals();
    }

    private static int codeLength(MethodModel method) {
        return ((CodeAttribute) method.code().orElseThrow()).codeLength();
    }

    /**
     * The helper that a static call means; null for methods of the platform and the API, which are called as they are.
     */
    MethodModel helper(InvokeInstruction call) {
        String name = call.owner().asInternalName().replace('/', '.');
        if (name.startsWith("java.") || name.startsWith("uk.ac.manchester.tornado.api.")) {
            return null;
        }
        try {
            Class<?> type = Class.forName(name, false, loader);
            return ClassFiles.of(type, call.name().stringValue(), call.type().stringValue());
        } catch (ClassNotFoundException missing) {
            throw new Unlowerable("the missing class " + name);
        }
    }

    /** The vector operation that a helper is in truth; null when it is none. */
    LaneShapes.Shape shape(MethodModel helper) {
        return LaneShapes.of(helper, loader);
    }

    /** The name under which a helper is copied into the hidden class. */
    String copied(MethodModel helper) {
        return copiedNames.computeIfAbsent(helper, fresh -> {
            toCopy.add(fresh);
            return fresh.methodName().stringValue() + "$" + copiedNames.size();
        });
    }

    /**
     * Whether a helper's body is to replace its call. Vectors that cross a call which the virtual machine does not
     * inline become objects, so helpers that pass vectors are inlined here, as long as the method stays of a size that
     * is compiled. One that returns a vector of several registers cannot be called at all.
     */
    boolean inlines(MethodModel helper) {
        CodeAttribute code = (CodeAttribute) helper.code().orElseThrow();
        MethodTypeDesc type = helper.methodTypeSymbol();
        boolean must = LoweredTypes.vectorLanes(type.returnType()) > 0 && VectorUnit.PARTS > 1;
        return LoweredTypes.passesVectors(type) && code.exceptionHandlers().isEmpty() && !beingInlined.contains(helper)
                && (must || inlinedBytes + code.codeLength() <= maxInlinedBytes);
    }

    /** Runs {@code copy}, which copies {@code helper} into its caller. */
    void inlining(MethodModel helper, Runnable copy) {
        inlinedBytes += codeLength(helper);
        beingInlined.push(helper);
        copy.run();
        beingInlined.pop();
    }
}
