package org.tornadomla.bundled.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tornadomla.bundled.bytecode.LaneShapes;

/** Copies the code of a kernel or helper into a hidden class, lowering it and cutting its outer parallel loop. */
final class MethodCopier {

    private final KernelAssembler assembler;
    private final List<CodeElement> elements;
    private final int firstShifted;
    private final int shift;
    private final LoopRange range;
    private final Map<Label, Label> labels = new HashMap<>();
    private final int scratch;
    private final int freeSlot;
    private final VectorLocals vectors;
    private Label end;
    private int next;

    /**
     * A copier of one method.
     *
     * @param firstShifted first local variable slot that moves
     * @param shift        by how much slots move
     * @param range        the loop to cut, or null
     * @param inlined      whether the copy takes the place of a call
     */
    MethodCopier(KernelAssembler assembler, MethodModel method, int firstShifted, int shift, LoopRange range,
            boolean inlined) {
        CodeModel code = method.code().orElseThrow();
        this.assembler = assembler;
        this.elements = code.elementList();
        this.firstShifted = firstShifted;
        this.shift = shift;
        this.range = range;
        this.scratch = ((CodeAttribute) code).maxLocals() + shift + (range == null ? 0 : 1);
        this.freeSlot = scratch + LoweredCode.SCRATCH_SLOTS;
        this.vectors = new VectorLocals(elements, method.methodTypeSymbol(), inlined);
    }

    private LoweredCode code(CodeBuilder out) {
        return new LoweredCode(out, scratch);
    }

    /** Copies the body in place of a call: a return becomes a jump behind it. */
    void inline(CodeBuilder out) {
        end = out.newLabel();
        copy(out);
        out.labelBinding(end);
    }

    /** Copies the body. */
    void copy(CodeBuilder out) {
        while (next < elements.size()) {
            int place = next++;
            CodeElement element = elements.get(place);
            if (range != null && place == range.head()) {
                range.enter(out, slot(range.loop().slot()));
            }
            if (range != null && place == range.exit()) {
                range.condition(out);
                if (range.counting()) {
                    closeCounting(out);
                    return;
                }
            }
            element(out, element);
        }
    }

    /** The rest of a counting method is never reached but by jumps from before, which mean that the loop is not. */
    private void closeCounting(CodeBuilder out) {
        while (next < elements.size()) {
            if (elements.get(next++) instanceof LabelTarget target) {
                out.labelBinding(label(out, target.label()));
            }
        }
        out.iconst_0();
        out.ireturn();
    }

    private int slot(int original) {
        return original < firstShifted ? original : original + shift;
    }

    private Label label(CodeBuilder out, Label original) {
        return labels.computeIfAbsent(original, _ -> out.newLabel());
    }

    private void element(CodeBuilder out, CodeElement element) {
        switch (element) {
            case LabelTarget target -> {
                out.labelBinding(label(out, target.label()));
                vectors.label(target.label(), next - 1);
            }
            case LoadInstruction load -> load(out, load);
            case StoreInstruction store -> {
                out.storeLocal(store.typeKind(), slot(store.slot()));
                vectors.store(store.slot());
            }
            case IncrementInstruction increment -> out.iinc(slot(increment.slot()), increment.constant());
            case BranchInstruction branch -> branch(out, branch);
            case TableSwitchInstruction table -> out.tableswitch(table.lowValue(), table.highValue(),
                    label(out, table.defaultTarget()), cases(out, table.cases()));
            case LookupSwitchInstruction lookup ->
                out.lookupswitch(label(out, lookup.defaultTarget()), cases(out, lookup.cases()));
            case ExceptionCatch handler -> exceptionCatch(out, handler);
            case ReturnInstruction done -> leave(out, done);
            case LineNumber line -> {
                if (end == null) {
                    out.lineNumber(line.line());
                }
            }
            case NewPrimitiveArrayInstruction array -> privateArray(out, array);
            case Instruction instruction when assembler.lowers() -> lowered(out, instruction);
            case Instruction instruction -> out.with(instruction);
            default -> {
            }
        }
    }

    /** An array of a kernel starts as garbage on a device. */
    private static void privateArray(CodeBuilder out, NewPrimitiveArrayInstruction array) {
        out.newarray(array.typeKind());
        switch (array.typeKind()) {
            case FLOAT, DOUBLE, INT, LONG -> {
                ClassDesc type = array.typeKind().upperBound().arrayType();
                out.invokestatic(LoweredTypes.desc(PrivateArrays.class), "poisoned", MethodTypeDesc.of(type, type));
            }
            default -> {
            }
        }
    }

    private List<SwitchCase> cases(CodeBuilder out, List<SwitchCase> cases) {
        return cases.stream().map(one -> SwitchCase.of(one.caseValue(), label(out, one.target()))).toList();
    }

    private void exceptionCatch(CodeBuilder out, ExceptionCatch handler) {
        if (range != null && range.counting()) {
            return;
        }
        Label start = label(out, handler.tryStart());
        Label finish = label(out, handler.tryEnd());
        Label target = label(out, handler.handler());
        handler.catchType().ifPresentOrElse(type -> out.exceptionCatch(start, finish, target, type.asSymbol()),
                () -> out.exceptionCatchAll(start, finish, target));
    }

    private void branch(CodeBuilder out, BranchInstruction branch) {
        if (assembler.lowers()) {
            vectors.carried(branch.target(), next - 1).forEach((slot, lanes) -> cast(out, slot, lanes));
        }
        out.branch(branch.opcode(), label(out, branch.target()));
    }

    private void load(CodeBuilder out, LoadInstruction load) {
        int lanes = assembler.lowers() ? vectors.lanes(load.slot()) : 0;
        if (lanes > 0 && !vectors.know(load.slot())) {
            cast(out, load.slot(), lanes);
        }
        out.loadLocal(load.typeKind(), slot(load.slot()));
        vectors.produced(lanes);
    }

    private void cast(CodeBuilder out, int slot, int lanes) {
        out.aload(slot(slot));
        code(out).cast(lanes);
        out.astore(slot(slot));
    }

    private void leave(CodeBuilder out, ReturnInstruction done) {
        if (end != null) {
            out.goto_(end);
        } else if (range != null && range.counting()) {
            out.iconst_0();
            out.ireturn();
        } else {
            out.return_(done.typeKind());
        }
    }

    private void lowered(CodeBuilder out, Instruction instruction) {
        vectors.produced(0);
        switch (instruction) {
            case InvokeInstruction call -> {
                call(out, call);
                vectors.produced(call.name().equalsString(ConstantDescs.INIT_NAME)
                        ? LoweredTypes.vectorLanes(call.owner().asSymbol())
                        : LoweredTypes.vectorLanes(call.typeSymbol().returnType()));
            }
            case FieldInstruction field -> field(out, field);
            case NewObjectInstruction fresh -> construct(out, fresh);
            case NewReferenceArrayInstruction array when LoweredTypes
                    .vectorLanes(array.componentType().asSymbol()) > 0 ->
                throw new Unlowerable("an array of vectors");
            case TypeCheckInstruction check when !LoweredTypes.lowered(check.type().asSymbol())
                    .equals(check.type().asSymbol()) ->
                throw new Unlowerable("a cast of an API object");
            case InvokeDynamicInstruction call ->
                throw new Unlowerable("a call of " + call.name().stringValue() + " by invokedynamic");
            default -> out.with(instruction);
        }
    }

    private void call(CodeBuilder out, InvokeInstruction call) {
        if (fuses(out, call) || LoweredCalls.emit(code(out), call)) {
            return;
        }
        MethodTypeDesc type = call.typeSymbol();
        MethodModel helper = call.opcode() == Opcode.INVOKESTATIC ? assembler.helper(call) : null;
        if (helper == null) {
            if (!LoweredTypes.lowered(type).equals(type)) {
                throw LoweredCalls.unlowerable(call);
            }
            out.with(call);
            return;
        }
        LaneShapes.Shape shape = assembler.shape(helper);
        if (shape != null) {
            LoweredCalls.helper(code(out), shape, type);
        } else if (assembler.inlines(helper)) {
            inlineCall(out, helper);
        } else {
            out.invokestatic(assembler.owner(), assembler.copied(helper), LoweredTypes.lowered(type));
            castResult(out, type);
        }
    }

    private void castResult(CodeBuilder out, MethodTypeDesc type) {
        int lanes = LoweredTypes.vectorLanes(type.returnType());
        if (lanes > 0) {
            code(out).cast(lanes);
        }
    }

    private void inlineCall(CodeBuilder out, MethodModel helper) {
        MethodTypeDesc type = helper.methodTypeSymbol();
        int[] slots = new int[type.parameterCount()];
        int slot = freeSlot;
        for (int index = 0; index < slots.length; index++) {
            slots[index] = slot;
            slot += TypeKind.from(type.parameterType(index)).slotSize();
        }
        for (int index = slots.length - 1; index >= 0; index--) {
            out.storeLocal(TypeKind.from(type.parameterType(index)), slots[index]);
        }
        assembler.inlining(helper, () -> new MethodCopier(assembler, helper, 0, freeSlot, null, true).inline(out));
        if (helper.code().orElseThrow().elementStream().filter(ReturnInstruction.class::isInstance).count() > 1) {
            castResult(out, type);
        }
    }

    /** A product that is added right away is fused with the sum. */
    private boolean fuses(CodeBuilder out, InvokeInstruction call) {
        if (!isVectorFunction(call, "mult")) {
            return false;
        }
        int following = following(next);
        if (elements.get(following) instanceof InvokeInstruction sum && isVectorFunction(sum, "add")
                && LoweredTypes.vectorLanes(sum.typeSymbol().parameterType(1)) > 0) {
            code(out).fuse(LoweredTypes.vectorLanes(call.owner().asSymbol()),
                    call.typeSymbol().parameterType(1).equals(ConstantDescs.CD_float));
            next = following + 1;
            return true;
        }
        return false;
    }

    private static boolean isVectorFunction(InvokeInstruction call, String name) {
        return call.opcode() == Opcode.INVOKESTATIC && call.name().equalsString(name)
                && LoweredTypes.vectorLanes(call.owner().asSymbol()) > 0;
    }

    /** The place of the first instruction or label from {@code place} on. */
    private int following(int place) {
        int found = place;
        while (!(elements.get(found) instanceof Instruction) && !(elements.get(found) instanceof LabelTarget)) {
            found++;
        }
        return found;
    }

    /** The indices of a context are fields of a work-item, and need no unboxing there. */
    private void field(CodeBuilder out, FieldInstruction field) {
        if (!field.owner().asSymbol().equals(LoweredTypes.CONTEXT)) {
            ClassDesc type = field.typeSymbol();
            if (!LoweredTypes.lowered(type).equals(type)) {
                throw new Unlowerable("a field of " + type.displayName());
            }
            out.with(field);
            return;
        }
        String name = field.name().stringValue().replace("GroupSize", "Size").replaceFirst("Id([xyz])$", "$1");
        String axis = name.substring(name.length() - 1).toUpperCase(Locale.ROOT);
        out.getfield(LoweredTypes.ITEM, name.substring(0, name.length() - 1) + axis, ConstantDescs.CD_int);
        int following = following(next);
        if (elements.get(following) instanceof InvokeInstruction call && call.name().equalsString("intValue")) {
            next = following + 1;
        } else {
            code(out).boxInteger();
        }
    }

    /** A vector is made by its constructor's lowered form alone; one whose lanes are all the same needs no lanes. */
    private void construct(CodeBuilder out, NewObjectInstruction fresh) {
        int lanes = LoweredTypes.vectorLanes(fresh.className().asSymbol());
        if (lanes == 0) {
            out.with(fresh);
            return;
        }
        LoweredTypes.lowered(fresh.className().asSymbol());
        if (fresh.className().asSymbol().equals(LoweredTypes.INT_VECTOR)) {
            throw new Unlowerable("a vector of ints that a kernel makes itself");
        }
        int place = following(next);
        if (!(elements.get(place) instanceof StackInstruction duplicate) || duplicate.opcode() != Opcode.DUP) {
            throw new Unlowerable("a vector that is made and not used");
        }
        next = place + 1;
        int constructor = uniform(lanes);
        if (constructor >= 0) {
            code(out).species(lanes);
            element(out, elements.get(following(next)));
            code(out).broadcast(lanes);
            vectors.produced(lanes);
            next = constructor + 1;
        }
    }

    /** The place of the constructor's call when the same simple load stands for every lane, else -1. */
    private int uniform(int lanes) {
        int place = following(next);
        Object first = source(elements.get(place));
        for (int lane = 0; lane < lanes; lane++) {
            if (first == null || !first.equals(source(elements.get(place)))) {
                return -1;
            }
            place = following(place + 1);
        }
        return elements.get(place) instanceof InvokeInstruction call && call.name().equalsString("<init>") ? place : -1;
    }

    private static Object source(CodeElement element) {
        return switch (element) {
            case ConstantInstruction constant -> constant.constantValue();
            case LoadInstruction load when load.typeKind() == TypeKind.FLOAT -> load.slot();
            default -> null;
        };
    }
}
