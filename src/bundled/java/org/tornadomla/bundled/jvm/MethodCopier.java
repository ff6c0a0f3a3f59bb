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
import java.util.Set;
import java.util.stream.Collectors;
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
    private final VectorLocals vectors;
    private final VectorValues values;
    private Label end;
    private int[] result;
    private int next;
    private boolean reached = true;

    /**
     * A copier of one method.
     *
     * @param firstShifted first local variable slot that moves
     * @param shift        by how much slots move
     * @param range        the loop to cut, or null
     */
    MethodCopier(KernelAssembler assembler, MethodModel method, int firstShifted, int shift, LoopRange range) {
        this(assembler, method, firstShifted, shift, range, false);
    }

    private MethodCopier(KernelAssembler assembler, MethodModel method, int firstShifted, int shift, LoopRange range,
            boolean inlined) {
        CodeModel code = method.code().orElseThrow();
        this.assembler = assembler;
        this.elements = code.elementList();
        this.firstShifted = firstShifted;
        this.shift = shift;
        this.range = range;
        this.scratch = ((CodeAttribute) code).maxLocals() + shift + (range == null ? 0 : 1);
        this.vectors = new VectorLocals(elements, method.methodTypeSymbol(), inlined);
        this.values = new VectorValues(scratch + LoweredCode.SCRATCH_SLOTS);
    }

    /**
     * A copier of a helper that is called, not inlined. Its vectors' further registers are the last parameters, see
     * {@link LoweredTypes#lowered(MethodTypeDesc)}.
     */
    static MethodCopier ofHelper(KernelAssembler assembler, MethodModel helper) {
        MethodTypeDesc type = helper.methodTypeSymbol();
        int parameterSlots = type.parameterList().stream().mapToInt(one -> TypeKind.from(one).slotSize()).sum();
        MethodCopier copier = new MethodCopier(assembler, helper, parameterSlots, LoweredTypes.furtherRegisters(type),
                null);
        int slot = 0;
        int further = parameterSlots;
        for (ClassDesc parameter : type.parameterList()) {
            if (LoweredTypes.vectorLanes(parameter) > 0) {
                int[] registers = new int[VectorUnit.PARTS];
                registers[0] = slot;
                for (int part = 1; part < registers.length; part++) {
                    registers[part] = further++;
                }
                copier.values.alias(slot, registers);
            }
            slot += TypeKind.from(parameter).slotSize();
        }
        return copier;
    }

    private LoweredCode code(CodeBuilder out) {
        return new LoweredCode(out, values, scratch);
    }

    /** Copies the body in place of a call: a return becomes a jump behind it, with a vector in {@code registers}. */
    private void inline(CodeBuilder out, int[] registers) {
        end = out.newLabel();
        result = registers;
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
        if (element instanceof Instruction) {
            values.next();
        }
        switch (element) {
            case LabelTarget target -> {
                out.labelBinding(label(out, target.label()));
                vectors.label(target.label(), next - 1);
                values.label(target.label(), reached);
                reached = true;
            }
            case LoadInstruction load -> load(out, load);
            case StoreInstruction store -> store(out, store);
            case IncrementInstruction increment -> out.iinc(slot(increment.slot()), increment.constant());
            case BranchInstruction branch -> branch(out, branch);
            case TableSwitchInstruction table -> {
                out.tableswitch(table.lowValue(), table.highValue(), label(out, table.defaultTarget()),
                        cases(out, table.cases()));
                leap(table.defaultTarget(), table.cases());
            }
            case LookupSwitchInstruction lookup -> {
                out.lookupswitch(label(out, lookup.defaultTarget()), cases(out, lookup.cases()));
                leap(lookup.defaultTarget(), lookup.cases());
            }
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

    private void leap(Label otherwise, List<SwitchCase> cases) {
        values.jump(otherwise);
        cases.forEach(one -> values.jump(one.target()));
        reached = false;
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
            vectors.carried(branch.target(), next - 1).keySet().forEach(slot -> code(out).cast(registers(slot)));
        }
        out.branch(branch.opcode(), label(out, branch.target()));
        values.jump(branch.target());
        reached = branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
    }

    private void load(CodeBuilder out, LoadInstruction load) {
        int lanes = assembler.lowers() ? vectors.lanes(load.slot()) : 0;
        if (lanes > 0) {
            if (!vectors.know(load.slot())) {
                code(out).cast(registers(load.slot()));
            }
            values.push(registers(load.slot()));
        } else {
            out.loadLocal(load.typeKind(), slot(load.slot()));
        }
        vectors.produced(lanes);
    }

    private void store(CodeBuilder out, StoreInstruction store) {
        vectors.store(store.slot());
        if (assembler.lowers() && vectors.lanes(store.slot()) > 0) {
            values.store(out, registers(store.slot()));
        } else {
            out.storeLocal(store.typeKind(), slot(store.slot()));
        }
    }

    /** The registers of a variable of the original. */
    private int[] registers(int variable) {
        return values.variable(variable, slot(variable));
    }

    /**
     * A result that the next instruction stores is computed where it goes, with no way through variables that code
     * would have to be written for: the virtual machine does not compile methods that are too long.
     */
    private void aim() {
        CodeElement following = next < elements.size() ? elements.get(following(next)) : null;
        if (following instanceof StoreInstruction store) {
            values.aim(registers(store.slot()));
        } else if (following instanceof ReturnInstruction && result != null) {
            values.aim(result);
        }
    }

    private void leave(CodeBuilder out, ReturnInstruction done) {
        reached = false;
        if (end != null) {
            if (result != null) {
                VectorValues.move(out, values.pop(), result);
            }
            if (next < elements.size()) {
                out.goto_(end);
            }
        } else if (assembler.lowers() && done.typeKind() == TypeKind.REFERENCE && vectors.hasProduced()) {
            out.aload(values.pop()[0]);
            out.areturn();
        } else if (range != null && range.counting()) {
            out.iconst_0();
            out.ireturn();
        } else {
            out.return_(done.typeKind());
        }
    }

    private void lowered(CodeBuilder out, Instruction instruction) {
        if (instruction instanceof StackInstruction stack && vectors.hasProduced()) {
            stack(stack);
            return;
        }
        vectors.produced(0);
        switch (instruction) {
            case InvokeInstruction call -> {
                if (LoweredTypes.vectorLanes(call.typeSymbol().returnType()) > 0) {
                    aim();
                }
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
            default -> {
                out.with(instruction);
                reached = instruction.opcode() != Opcode.ATHROW;
            }
        }
    }

    private void stack(StackInstruction instruction) {
        switch (instruction.opcode()) {
            case DUP -> values.duplicate();
            case POP -> {
                values.pop();
                vectors.produced(0);
            }
            default -> throw new Unlowerable("a vector that is moved on the stack");
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
            call(out, helper);
        }
    }

    /** Calls a helper's copy: its numbers and arrays wait on the stack and go between the vectors. */
    private void call(CodeBuilder out, MethodModel helper) {
        MethodTypeDesc type = helper.methodTypeSymbol();
        MethodTypeDesc lowered = LoweredTypes.lowered(type);
        if (LoweredTypes.passesVectors(type)) {
            int[][] registers = values.vectors(type);
            int[] slots = values.numbers(out, type);
            for (int index = 0; index < slots.length; index++) {
                if (registers[index] == null) {
                    out.loadLocal(TypeKind.from(type.parameterType(index)), slots[index]);
                } else {
                    out.aload(registers[index][0]);
                }
            }
            for (int[] vector : registers) {
                for (int part = 1; vector != null && part < vector.length; part++) {
                    out.aload(vector[part]);
                }
            }
        }
        out.invokestatic(assembler.owner(), assembler.copied(helper), lowered);
        if (LoweredTypes.vectorLanes(type.returnType()) > 0) {
            int[] registers = values.destination();
            out.astore(registers[0]);
            code(out).cast(registers);
            values.push(registers);
        }
    }

    private void inlineCall(CodeBuilder out, MethodModel helper) {
        MethodTypeDesc type = helper.methodTypeSymbol();
        boolean toVector = LoweredTypes.vectorLanes(type.returnType()) > 0;
        int[][] registers = values.vectors(type);
        int[] into = toVector ? values.destination() : null;
        int first = values.highest();
        int[] slots = values.numbers(out, type);
        MethodCopier copier = new MethodCopier(assembler, helper, 0, first, null, true);
        Set<Integer> stored = copier.stored();
        for (int index = 0; index < slots.length; index++) {
            if (registers[index] != null) {
                int variable = slots[index] - first;
                if (stored.contains(variable)) {
                    VectorValues.move(out, registers[index], copier.registers(variable));
                } else {
                    copier.values.alias(variable, registers[index]);
                }
            }
        }
        assembler.inlining(helper, () -> copier.inline(out, into));
        if (toVector) {
            values.push(into);
            if (helper.code().orElseThrow().elementStream().filter(ReturnInstruction.class::isInstance).count() > 1) {
                code(out).cast(into);
            }
        }
    }

    /** The variables of the original that are written to. */
    private Set<Integer> stored() {
        return elements.stream().filter(StoreInstruction.class::isInstance)
                .map(element -> ((StoreInstruction) element).slot()).collect(Collectors.toSet());
    }

    /** A product that is added right away is fused with the sum. */
    private boolean fuses(CodeBuilder out, InvokeInstruction call) {
        if (!isVectorFunction(call, "mult")) {
            return false;
        }
        int following = following(next);
        if (elements.get(following) instanceof InvokeInstruction sum && isVectorFunction(sum, "add")
                && LoweredTypes.vectorLanes(sum.typeSymbol().parameterType(1)) > 0) {
            next = following + 1;
            values.aim(null);
            aim();
            code(out).fuse(call.typeSymbol().parameterType(1).equals(ConstantDescs.CD_float));
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
        int place = following(next);
        if (!(elements.get(place) instanceof StackInstruction duplicate) || duplicate.opcode() != Opcode.DUP) {
            throw new Unlowerable("a vector that is made and not used");
        }
        next = place + 1;
        int constructor = fresh.className().asSymbol().equals(LoweredTypes.INT_VECTOR) ? -1 : uniform(lanes);
        if (constructor >= 0) {
            element(out, elements.get(following(next)));
            code(out).broadcast();
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
