package org.tornadomla.kernels.rules;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One static method, its instructions numbered from 0, with what the rules ask about them. */
final class MethodCode {

    /** A loop variable with {@code @Parallel}: its local variable and the instructions where it lives. */
    record ParallelLoop(int slot, int start, int end) {

        boolean encloses(ParallelLoop other) {
            return start <= other.start && other.end <= end && this != other;
        }
    }

    private final String className;
    private final String name;
    private final MethodTypeDesc type;
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();
    private final List<int[]> successors = new ArrayList<>();
    private final List<ParallelLoop> parallelLoops = new ArrayList<>();
    private final Map<Integer, String> parameterNames = new TreeMap<>();
    private final int maxLocals;

    MethodCode(ClassModel owner, MethodModel method) {
        className = owner.thisClass().asInternalName();
        name = method.methodName().stringValue();
        type = method.methodTypeSymbol();
        CodeAttribute code = (CodeAttribute) method.code().orElseThrow();
        maxLocals = code.maxLocals();
        TreeMap<Integer, Integer> indexes = readInstructions(code);
        for (int index = 0; index < instructions.size(); index++) {
            successors.add(successors(code, indexes, index));
        }
        code.findAttribute(Attributes.runtimeVisibleTypeAnnotations())
                .ifPresent(annotations -> readParallelLoops(code, indexes, annotations));
    }

    /** Fills the lists and answers which instruction begins at which offset of the bytecode. */
    private TreeMap<Integer, Integer> readInstructions(CodeAttribute code) {
        TreeMap<Integer, Integer> indexes = new TreeMap<>();
        int offset = 0;
        int line = -1;
        for (CodeElement element : code) {
            switch (element) {
                case LineNumber number -> line = number.line();
                case LocalVariable variable when variable.slot() < parameterSlots()
                        && code.labelToBci(variable.startScope()) == 0 ->
                    parameterNames.put(variable.slot(), variable.name().stringValue());
                case Instruction instruction -> {
                    indexes.put(offset, instructions.size());
                    instructions.add(instruction);
                    lines.add(line);
                    offset += instruction.sizeInBytes();
                }
                default -> {
                }
            }
        }
        indexes.put(offset, instructions.size());
        return indexes;
    }

    private int[] successors(CodeAttribute code, Map<Integer, Integer> indexes, int index) {
        List<Label> targets = new ArrayList<>();
        boolean fallsThrough = true;
        switch (instructions.get(index)) {
            case BranchInstruction branch -> {
                targets.add(branch.target());
                fallsThrough = !branch.opcode().name().startsWith("GOTO");
            }
            case TableSwitchInstruction table -> {
                targets.add(table.defaultTarget());
                table.cases().stream().map(SwitchCase::target).forEach(targets::add);
                fallsThrough = false;
            }
            case LookupSwitchInstruction lookup -> {
                targets.add(lookup.defaultTarget());
                lookup.cases().stream().map(SwitchCase::target).forEach(targets::add);
                fallsThrough = false;
            }
            case ReturnInstruction ignored -> fallsThrough = false;
            case ThrowInstruction ignored -> fallsThrough = false;
            default -> {
            }
        }
        List<Integer> next = new ArrayList<>();
        if (fallsThrough) {
            next.add(index + 1);
        }
        targets.forEach(target -> next.add(indexes.get(code.labelToBci(target))));
        return next.stream().distinct().mapToInt(Integer::intValue).toArray();
    }

    private void readParallelLoops(CodeAttribute code, TreeMap<Integer, Integer> indexes,
            RuntimeVisibleTypeAnnotationsAttribute annotations) {
        for (TypeAnnotation annotation : annotations.annotations()) {
            boolean parallel = annotation.annotation().classSymbol().displayName().equals("Parallel");
            if (parallel && annotation.targetInfo() instanceof TypeAnnotation.LocalVarTarget target) {
                for (TypeAnnotation.LocalVarTargetInfo range : target.table()) {
                    int start = code.labelToBci(range.startLabel());
                    int end = code.labelToBci(range.endLabel());
                    parallelLoops.add(new ParallelLoop(range.index(), indexes.ceilingEntry(start).getValue(),
                            indexes.ceilingEntry(end).getValue()));
                }
            }
        }
    }

    private int parameterSlots() {
        return type.parameterList().stream().mapToInt(MethodCode::slots).sum();
    }

    private static int slots(ClassDesc parameter) {
        return parameter.descriptorString().matches("[JD]") ? 2 : 1;
    }

    /** Number of each parameter by the local variable that holds it at the start. */
    Map<Integer, Integer> parameterOfSlot() {
        Map<Integer, Integer> parameters = new HashMap<>();
        int slot = 0;
        for (int parameter = 0; parameter < type.parameterCount(); parameter++) {
            parameters.put(slot, parameter);
            slot += slots(type.parameterType(parameter));
        }
        return parameters;
    }

    String className() {
        return className;
    }

    String name() {
        return name;
    }

    MethodTypeDesc type() {
        return type;
    }

    int maxLocals() {
        return maxLocals;
    }

    int size() {
        return instructions.size();
    }

    Instruction at(int index) {
        return instructions.get(index);
    }

    int[] next(int index) {
        return successors.get(index);
    }

    /**
     * Instructions that become nodes of a compiler's graph, roughly: those that compute, branch, call or touch memory.
     */
    int nodes() {
        return nodes(0, size() - 1);
    }

    /** The same of a part, the last instruction counted. */
    int nodes(int first, int last) {
        return (int) instructions.subList(first, last + 1).stream().filter(instruction -> switch (instruction) {
            case LoadInstruction ignored -> false;
            case StoreInstruction ignored -> false;
            case ConstantInstruction ignored -> false;
            case StackInstruction ignored -> false;
            case ReturnInstruction ignored -> false;
            case BranchInstruction branch -> !branch.opcode().name().startsWith("GOTO");
            default -> true;
        }).count();
    }

    List<ParallelLoop> parallelLoops() {
        return parallelLoops;
    }

    Iterable<String> parameterNames() {
        return parameterNames.values();
    }

    Violation violation(Rule rule, int index, String detail) {
        String simple = className.substring(className.lastIndexOf('/') + 1).replace('$', '.');
        return new Violation(rule, simple + "." + name, lines.get(index), detail);
    }

    /** A key that tells methods apart. */
    static String key(String className, String name, String descriptor) {
        return className + "." + name + descriptor;
    }
}
