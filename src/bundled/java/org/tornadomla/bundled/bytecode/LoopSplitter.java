package org.tornadomla.bundled.bytecode;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites loops that keep more sums than a processor has registers for. A product of four rows has 16 sums of 16
 * floats, which fill half of the registers of AVX-512; where a register holds 8 floats they would fill its 16 registers
 * twice, and each step of the loop would go through the stack. Such a loop becomes
 *
 * <pre>{@code
 * for (i = ..; i < bound;) {
 *     start = i; stop = min(i + CHUNK, bound);
 *     for (; i < stop; i++) { the sums of the first column }
 *     i = start;
 *     for (; i < stop; i++) { the sums of the second column }
 *     ...
 * }
 * }</pre>
 *
 * Each sum adds what it added, in the same order, so no bit of a result changes. Drivers' compilers do no such thing,
 * and Java's makes objects of the vectors that go through several loops, so only OpenCL C is written from split loops.
 */
final class LoopSplitter {

    /** Floats of a register that holds a whole vector of kernels, where loops stay as they are. */
    static final int WIDE = 16;

    /** Iterations of one turn: what they read of weights, 256 bytes each, stays in the first-level cache. */
    private static final int CHUNK = 64;

    /** Sums that stay in registers of half a vector. */
    private static final int MOST_SUMS = 7;

    private final List<CodeElement> elements;
    private final Map<Integer, SumLoop> loops;

    private LoopSplitter(List<CodeElement> elements, Map<Integer, SumLoop> loops) {
        this.elements = elements;
        this.loops = loops;
    }

    /** A class with the loops of its methods split. It is for reading; nobody loads it. */
    static ClassModel split(ClassModel model, ClassLoader loader) {
        PureCalls pure = new PureCalls(loader);
        Map<MethodModel, LoopSplitter> splitters = new HashMap<>();
        for (MethodModel method : model.methods()) {
            method.code().map(code -> of(code, pure)).filter(splitter -> !splitter.loops.isEmpty())
                    .ifPresent(splitter -> splitters.put(method, splitter));
        }
        if (splitters.isEmpty()) {
            return model;
        }
        ClassHierarchyResolver resolver = ClassHierarchyResolver.defaultResolver()
                .orElse(ClassHierarchyResolver.ofClassLoading(loader));
        ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
        ClassTransform transform = (builder, element) -> {
            LoopSplitter splitter = element instanceof MethodModel method ? splitters.get(method) : null;
            if (splitter == null) {
                builder.with(element);
            } else {
                builder.transformMethod((MethodModel) element, (method, part) -> {
                    if (part instanceof CodeModel code) {
                        method.transformCode(code, splitter.transform());
                    } else {
                        method.with(part);
                    }
                });
            }
        };
        return files.parse(files.transformClass(model, transform));
    }

    private static LoopSplitter of(CodeModel code, PureCalls pure) {
        List<CodeElement> elements = code.elementList();
        Map<Integer, SumLoop> loops = new HashMap<>();
        if (code.exceptionHandlers().isEmpty()) {
            Set<Label> targets = targets(elements);
            for (int place = 0; place < elements.size(); place++) {
                SumLoop loop = SumLoop.of(elements, targets, place, MOST_SUMS, pure);
                if (loop != null) {
                    loops.put(loop.exit(), loop);
                }
            }
        }
        return new LoopSplitter(elements, loops);
    }

    private static Set<Label> targets(List<CodeElement> elements) {
        Set<Label> targets = new HashSet<>();
        for (CodeElement element : elements) {
            switch (element) {
                case BranchInstruction branch -> targets.add(branch.target());
                case TableSwitchInstruction table -> add(targets, table.cases(), table.defaultTarget());
                case LookupSwitchInstruction lookup -> add(targets, lookup.cases(), lookup.defaultTarget());
                default -> {
                }
            }
        }
        return targets;
    }

    private static void add(Set<Label> targets, List<SwitchCase> cases, Label otherwise) {
        cases.forEach(one -> targets.add(one.target()));
        targets.add(otherwise);
    }

    /** Writes the code anew at its end, since variables of a body, which stand before it, live as long as the loop. */
    private CodeTransform transform() {
        return new CodeTransform() {
            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                // All are written at the end.
            }

            @Override
            public void atEnd(CodeBuilder builder) {
                write(builder);
            }
        };
    }

    private void write(CodeBuilder out) {
        Map<Label, SumLoop> inside = new HashMap<>();
        for (SumLoop loop : loops.values()) {
            labels(loop).forEach(label -> inside.put(label, loop));
        }
        List<LocalVariable> widened = new ArrayList<>();
        Map<SumLoop, Label[]> scopes = new HashMap<>();
        for (int place = 0; place < elements.size(); place++) {
            CodeElement element = elements.get(place);
            SumLoop loop = loops.get(place);
            if (element instanceof LocalVariable variable && inside.containsKey(variable.startScope())) {
                widened.add(variable);
            } else if (element instanceof RuntimeVisibleTypeAnnotationsAttribute attribute) {
                // As it was read it would be copied with the places of the old code.
                out.with(RuntimeVisibleTypeAnnotationsAttribute.of(attribute.annotations()));
            } else if (!(element instanceof LocalVariableType type && inside.containsKey(type.startScope()))) {
                out.with(element);
            }
            if (loop != null) {
                scopes.put(loop, new Label[]{out.newBoundLabel(), out.newLabel()});
                labels(loop).forEach(out::labelBinding);
                turns(out, loop);
                out.labelBinding(scopes.get(loop)[1]);
                place = loop.back() - 1;
            }
        }
        for (LocalVariable variable : widened) {
            Label[] scope = scopes.get(inside.get(variable.startScope()));
            out.localVariable(variable.slot(), variable.name().stringValue(), variable.typeSymbol(), scope[0],
                    scope[1]);
        }
    }

    private List<Label> labels(SumLoop loop) {
        return elements.subList(loop.exit() + 1, loop.back()).stream().filter(LabelTarget.class::isInstance)
                .map(element -> ((LabelTarget) element).label()).toList();
    }

    /** The parts, one behind the other, for some iterations; the jump to the loop's label follows. */
    private static void turns(CodeBuilder out, SumLoop loop) {
        int start = out.allocateLocal(TypeKind.INT);
        int stop = out.allocateLocal(TypeKind.INT);
        out.iload(loop.variable()).istore(start);
        out.iload(loop.variable()).loadConstant(CHUNK).iadd();
        loop.bound().forEach(out::with);
        out.invokestatic(Math.class.describeConstable().orElseThrow(), "min",
                MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int)).istore(stop);
        boolean first = true;
        for (List<Statement> part : loop.parts()) {
            if (!first) {
                out.iload(start).istore(loop.variable());
            }
            first = false;
            Label head = out.newBoundLabel();
            Label end = out.newLabel();
            out.iload(loop.variable()).iload(stop).branch(Opcode.IF_ICMPGE, end);
            part.forEach(statement -> statement.elements().forEach(out::with));
            out.iinc(loop.variable(), 1).goto_(head).labelBinding(end);
        }
    }
}
