package org.tornadomla.bundled.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.ParallelLoop;

/**
 * Cuts a parallel loop to a range of its iterations, or turns the method into one that counts them.
 *
 * @param loop     the loop
 * @param head     place right behind the store of its first value, among the elements of the code
 * @param exit     place of the branch that leaves it
 * @param counting whether the method is to return the number of iterations instead of running them
 * @param fromSlot slot of the first iteration's number
 * @param toSlot   slot of the number behind the last
 * @param endSlot  free slot, for the value that ends the loop
 */
record LoopRange(ParallelLoop loop, int head, int exit, boolean counting, int fromSlot, int toSlot, int endSlot) {

    /** Cuts {@code loop} to the range whose two numbers are in the slots from {@code fromSlot} on. */
    static LoopRange cut(MethodCode code, ParallelLoop loop, int fromSlot, int endSlot) {
        return new LoopRange(loop, code.place(loop.init()) + 1, code.place(loop.exit()), false, fromSlot, fromSlot + 1,
                endSlot);
    }

    /** Counts the iterations of {@code loop}. */
    static LoopRange counted(MethodCode code, ParallelLoop loop) {
        return new LoopRange(loop, code.place(loop.init()) + 1, code.place(loop.exit()), true, 0, 0, 0);
    }

    /** Before the loop's head, with the start in the variable: moves it to the range's first iteration. */
    void enter(CodeBuilder out, int variable) {
        if (!counting) {
            advanced(out, variable, toSlot);
            out.istore(endSlot);
            advanced(out, variable, fromSlot);
            out.istore(variable);
        }
    }

    private void advanced(CodeBuilder out, int variable, int iterationSlot) {
        out.iload(variable);
        out.iload(iterationSlot);
        out.loadConstant(loop.step());
        out.imul();
        out.iadd();
    }

    /** At the loop's condition, with variable and bound on the stack. A count is returned, a bound replaced. */
    void condition(CodeBuilder out) {
        if (counting) {
            out.loadConstant(loop.step());
            out.loadConstant(loop.inclusive() ? 1 : 0);
            out.invokestatic(LoweredTypes.desc(Ranges.class), "trips", MethodTypeDesc.of(ConstantDescs.CD_int,
                    ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int));
            out.ireturn();
        } else {
            out.pop();
            out.iload(endSlot);
            if (loop.inclusive()) {
                out.iconst_1();
                out.isub();
            }
        }
    }
}
