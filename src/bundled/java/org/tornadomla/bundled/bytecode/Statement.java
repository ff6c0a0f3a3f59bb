package org.tornadomla.bundled.bytecode;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Instructions that begin and end with nothing on the operand stack and change nothing but local variables, so that
 * doing them twice is doing them once.
 *
 * @param elements the instructions
 * @param reads    slots of the variables that they load
 * @param writes   slots of the variables that they store to
 * @param loads    whether they read vectors from memory, which takes longer than doing arithmetic again
 */
record Statement(List<CodeElement> elements, BitSet reads, BitSet writes, boolean loads) {

    /** The statements of straight code; null where one of them may change memory. */
    static List<Statement> of(List<CodeElement> code, PureCalls pure) {
        List<Statement> statements = new ArrayList<>();
        OperandStack stack = new OperandStack(Map.of());
        int first = 0;
        for (int place = 0; place < code.size(); place++) {
            stack.step(code.get(place));
            if (stack.isEmpty()) {
                Statement statement = reading(code.subList(first, place + 1), pure);
                if (statement == null) {
                    return null;
                }
                statements.add(statement);
                first = place + 1;
            }
        }
        return statements;
    }

    /** What instructions read and write; null where one of them may change memory, or is of another kind. */
    static Statement reading(List<CodeElement> code, PureCalls pure) {
        BitSet reads = new BitSet();
        BitSet writes = new BitSet();
        boolean loads = false;
        for (CodeElement element : code) {
            switch (element) {
                case LoadInstruction load -> reads.set(load.slot());
                case StoreInstruction store -> writes.set(store.slot());
                case InvokeInstruction call when pure.contains(call) -> loads |= pure.loadsVector(call);
                case OperatorInstruction operator when operator.opcode() != Opcode.ARRAYLENGTH -> {
                }
                case ConstantInstruction _,ConvertInstruction _,StackInstruction _ -> {
                }
                default -> {
                    return null;
                }
            }
        }
        return new Statement(List.copyOf(code), reads, writes, loads);
    }
}
