package org.tornadomla.bundled.bytecode;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/** Finds the parallel loops of a kernel, and refuses those that TornadoVM gets wrong. */
public final class ParallelLoops {

    private static final String ANNOTATION = Parallel.class.descriptorString();

    private final String kernel;
    private final List<CodeElement> elements;

    private ParallelLoops(String kernel, CodeModel code) {
        this.kernel = kernel;
        this.elements = code.elementList();
    }

    /**
     * The parallel loops of a method, outer ones first.
     *
     * @throws TornadoBailoutRuntimeException if a loop counts down, has another form than {@code i < bound; i++}, or
     *                                            two loops stand side by side
     */
    public static List<ParallelLoop> of(MethodModel method) {
        CodeModel code = method.code().orElseThrow();
        String name = method.parent().map(owner -> owner.thisClass().asInternalName().replace('/', '.') + ".")
                .orElse("") + method.methodName().stringValue();
        return new ParallelLoops(name, code).find((CodeAttribute) code);
    }

    private List<ParallelLoop> find(CodeAttribute code) {
        List<ParallelLoop> found = new ArrayList<>();
        code.findAttribute(Attributes.runtimeVisibleTypeAnnotations()).ifPresent(attribute -> {
            for (TypeAnnotation annotation : attribute.annotations()) {
                if (annotation.annotation().className().equalsString(ANNOTATION)
                        && annotation.targetInfo() instanceof TypeAnnotation.LocalVarTarget target) {
                    target.table().forEach(range -> found.add(loop(range.startLabel(), range.index())));
                }
            }
        });
        found.sort(Comparator.comparingInt(ParallelLoop::head));
        List<ParallelLoop> nested = new ArrayList<>();
        for (ParallelLoop loop : found) {
            int depth = (int) found.stream().filter(other -> other.encloses(loop)).count();
            if (depth != nested.size()) {
                throw refused("has two parallel loops side by side; nest them, or make two tasks");
            }
            nested.add(new ParallelLoop(loop.slot(), loop.head(), loop.exit(), loop.back(), loop.step(),
                    loop.inclusive(), depth));
        }
        return nested;
    }

    private ParallelLoop loop(Label start, int slot) {
        int head = place(start);
        int back = -1;
        for (int index = head; index < elements.size(); index++) {
            if (elements.get(index) instanceof BranchInstruction branch && branch.target().equals(start)) {
                back = index;
            }
        }
        if (back < 0) {
            throw refused("has a @Parallel variable that is no loop's");
        }
        int exit = exit(head, back, slot);
        Opcode comparison = ((BranchInstruction) elements.get(exit)).opcode();
        boolean inclusive = comparison == Opcode.IF_ICMPGT;
        if (comparison != Opcode.IF_ICMPGE && !inclusive) {
            throw refused("has a @Parallel loop that does not count up to a bound; only i < bound and i <= bound work");
        }
        return new ParallelLoop(slot, head, exit, back, step(head, back, slot), inclusive, 0);
    }

    private int exit(int head, int back, int slot) {
        boolean loaded = false;
        for (int index = head; index < back; index++) {
            CodeElement element = elements.get(index);
            if (element instanceof LoadInstruction load && !loaded) {
                if (load.slot() != slot || load.typeKind() != TypeKind.INT) {
                    throw refused("has a @Parallel loop whose condition does not begin with its variable");
                }
                loaded = true;
            } else if (element instanceof BranchInstruction branch && place(branch.target()) > back) {
                return index;
            }
        }
        throw refused("has a @Parallel loop without a condition");
    }

    private int step(int head, int back, int slot) {
        int step = 0;
        for (int index = head; index < back; index++) {
            if (elements.get(index) instanceof IncrementInstruction increment && increment.slot() == slot) {
                step = increment.constant();
            }
        }
        if (step < 1) {
            throw refused("has a @Parallel loop whose step is no positive constant");
        }
        return step;
    }

    private int place(Label label) {
        for (int index = 0; index < elements.size(); index++) {
            if (elements.get(index) instanceof LabelTarget target && target.label().equals(label)) {
                return index;
            }
        }
        throw refused("has a label that cannot be found");
    }

    private TornadoBailoutRuntimeException refused(String why) {
        return new TornadoBailoutRuntimeException("kernel " + kernel + " " + why);
    }
}
