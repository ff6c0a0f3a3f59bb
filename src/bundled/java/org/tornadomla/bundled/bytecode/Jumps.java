package org.tornadomla.bundled.bytecode;

import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The jumps of a method, by the running number of the instructions; tells what lies inside an {@code if}. */
final class Jumps {

    private record Jump(int from, int to) {
    }

    private final List<Jump> forward = new ArrayList<>();

    /** Instruction numbers of backward jumps, each with its target. */
    private final Map<Integer, Integer> backward = new HashMap<>();

    Jumps(CodeModel code) {
        Map<Label, Integer> labels = new HashMap<>();
        int number = 0;
        for (CodeElement element : code) {
            if (element instanceof LabelTarget target) {
                labels.put(target.label(), number);
            } else if (element instanceof Instruction) {
                number++;
            }
        }
        number = 0;
        for (CodeElement element : code) {
            if (element instanceof Instruction) {
                addJumps(number++, element, labels);
            }
        }
    }

    private void addJumps(int number, CodeElement element, Map<Label, Integer> labels) {
        switch (element) {
            case BranchInstruction branch -> add(number, labels.get(branch.target()));
            case TableSwitchInstruction table -> addCases(number, table.cases(), table.defaultTarget(), labels);
            case LookupSwitchInstruction lookup -> addCases(number, lookup.cases(), lookup.defaultTarget(), labels);
            default -> {
            }
        }
    }

    private void addCases(int number, List<SwitchCase> cases, Label otherwise, Map<Label, Integer> labels) {
        cases.forEach(branch -> add(number, labels.get(branch.target())));
        add(number, labels.get(otherwise));
    }

    private void add(int from, int to) {
        if (to > from) {
            forward.add(new Jump(from, to));
        } else {
            backward.put(from, to);
        }
    }

    /** Whether instruction {@code number} can be jumped over by anything but the end of a loop. */
    boolean isConditional(int number) {
        return forward.stream().anyMatch(jump -> jump.from < number && number < jump.to && !leavesLoop(jump));
    }

    /** javac puts the jump back to a loop's head right before the place where the loop's condition leaves it. */
    private boolean leavesLoop(Jump jump) {
        Integer head = backward.get(jump.to - 1);
        return head != null && head <= jump.from;
    }
}
